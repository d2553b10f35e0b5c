import { HistoryError } from "./errors.ts";
import { TextTable } from "./text-table.ts";
import { textOfUtf8 } from "./utf8.ts";

/** Names of functions, keys, errors or nodes, by the order in which they were met. */
export class Names {
  readonly list: string[];
  readonly #ids = new Map<string, number>();
  readonly #max: number;
  /** Names that came as bytes: a name that is known needs no string. */
  readonly #texts = new TextTable();
  readonly #idByText: number[] = [];

  /** At most `max` names, `first` among them. */
  constructor(max: number, first: readonly string[] = []) {
    this.#max = max;
    this.list = [];
    for (const name of first) this.intern(name);
  }

  /** Throws `HistoryError` for one name too many. */
  intern(name: string): number {
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = this.list.length;
      if (id === this.#max) throw new HistoryError(`more than ${this.#max} names like "${name}"`);
      this.#ids.set(name, id);
      this.list.push(name);
    }
    return id;
  }

  /** The same of a name in UTF-8 (refused if it is none), from `from` up to before `to`. */
  internBytes(bytes: Uint8Array, from: number, to: number): number {
    const text = this.#texts.internBytes(bytes, from, to);
    let id = this.#idByText[text];
    if (id === undefined) {
      id = this.intern(textOfUtf8(bytes.subarray(from, to)));
      this.#idByText[text] = id;
    }
    return id;
  }
}
