import { canonicalJson } from "../json.ts";
import { takeApart } from "../value-form.ts";
import { Journal, lineTypes, refuse } from "./journal.ts";
import type { OperationSink } from "./sink.ts";

/** One line of a Jepsen history, its values as JSON. */
export type OpLine = {
  readonly type: keyof typeof lineTypes;
  readonly process: number;
  readonly f: string;
  readonly key: string | null;
  /** `undefined`: none. */
  readonly value: unknown;
  /** "" for none. */
  readonly error: string;
  /** NaN for none. */
  readonly time: number;
  readonly index: number;
  readonly node: string | null;
};

const int32Max = 2 ** 31 - 1;

/** Puts the lines of Jepsen's formats into a journal, with what they mean where they do not say it. */
export class OpLines {
  readonly #sink: OperationSink;
  readonly #journal: Journal;
  #lastIndex = -1;

  constructor(sink: OperationSink) {
    this.#sink = sink;
    this.#journal = new Journal(sink);
  }

  /** Events so far. */
  get count(): number {
    return this.#journal.count;
  }

  /** A line of the nemesis. */
  skip(time: number, line: number): void {
    this.#journal.event.time = time;
    this.#journal.skip(line);
  }

  add({ type, process, f, key, value, error, time, index, node }: OpLine, line: number): void {
    const sink = this.#sink;
    const { event } = this.#journal;
    if (process > int32Max) refuse(line, `expected a process up to ${int32Max}, got ${process}`);
    if (index <= this.#lastIndex || index > int32Max) {
      refuse(line, `expected an index from ${this.#lastIndex + 1} to ${int32Max}, got ${index}`);
    }
    this.#lastIndex = index;
    event.index = index;
    event.time = time;
    event.process = process;
    event.f = sink.functions.intern(f);
    event.key = key === null ? -1 : sink.keys.intern(key);
    event.node = node === null ? -1 : sink.nodes.intern(node);
    event.error = error === "" ? 0 : this.#journal.errorOf(error);
    takeApart(value, sink.values, event);
    this.#journal.add(lineTypes[type], line);
  }
}

/**
 * What a failure tells. In Jepsen's histories a cas that fails without an error saw another value than it
 * expected: here that is `ErrVersion`.
 */
export function errorOfLine(type: string, f: string, error: unknown): string {
  if (error === undefined || error === null) {
    return type === "fail" && f === "cas" ? "ErrVersion" : "";
  }
  return typeof error === "string" ? error.replace(/^:/, "") : canonicalJson(error);
}
