import { canonicalJson } from "./json.ts";
import { TextTable } from "./text-table.ts";

/** The values of a history, each met once and known by a small integer. 0 is JSON `null`. */
export interface Values {
  /** Ids are 0 to `count` - 1. */
  readonly count: number;
  /** Canonical JSON: two values are equal iff their texts are, and iff their ids are. */
  text(id: number): string;
  /** The value itself: the same object each time, never to be changed. */
  value(id: number): unknown;
}

/** Gives values numbers as they come. */
export interface ValueInterner {
  /** The id of a JSON value; `undefined` is `null`. */
  intern(value: unknown): number;
  /** The id of a value by its text, which must be canonical JSON. */
  internText(text: string): number;
  /** The same of a text in UTF-8, from `from` up to before `to`. */
  internBytes(bytes: Uint8Array, from: number, to: number): number;
}

/** Values of any JSON, by their canonical text. */
export class ValueTable implements Values, ValueInterner {
  readonly #texts = new TextTable();
  readonly #values: unknown[] = [];

  constructor() {
    this.internText("null");
  }

  get count(): number {
    return this.#texts.count;
  }

  /** The id of a JSON value; `undefined` is `null`. */
  intern(value: unknown): number {
    return this.internText(canonicalJson(value));
  }

  /** The id of a value by its text, which must be canonical JSON. */
  internText(text: string): number {
    return this.#texts.intern(text);
  }

  /** The same of a text in UTF-8, from `from` up to before `to`. */
  internBytes(bytes: Uint8Array, from: number, to: number): number {
    return this.#texts.internBytes(bytes, from, to);
  }

  text(id: number): string {
    return this.#texts.text(id);
  }

  value(id: number): unknown {
    let value = this.#values[id];
    if (value === undefined) {
      value = JSON.parse(this.text(id));
      this.#values[id] = value;
    }
    return value;
  }
}

/** Integers from 1 that stand for themselves, and 0 for `null`: what the generator's format has. */
export class IntegerValues implements Values {
  readonly count: number;

  /** Values up to `max`. */
  constructor(max: number) {
    this.count = max + 1;
  }

  text(id: number): string {
    return id === 0 ? "null" : String(id);
  }

  value(id: number): unknown {
    return id === 0 ? null : id;
  }
}
