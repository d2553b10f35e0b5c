import { HistoryError } from "../errors.ts";
import { never, outcomes } from "../operations.ts";
import { leftOut } from "../operations-builder.ts";
import { refusals } from "../pairing.ts";
import type { OperationSink, SinkEvent } from "./sink.ts";

/** Codes of the kinds of lines. */
export const lineTypes = { invoke: 0, ok: 1, fail: 2, info: 3 } as const;

/** What a process does: the number of its open operation, or one of these. */
const idle = -1;
const retired = -2;

/** Processes with numbers below are kept in arrays. */
const denseMax = 2 ** 22;
/** Errors that only people read are put together beyond so many, which would not fit the column. */
const errorsMax = 240;

/**
 * Joins the lines of a history that has one line for each call and one for each return, and hands them to
 * a sink. Throws `HistoryError` for what no single-threaded clients could have recorded, as `pairOperations`
 * does, and for time that goes backwards. Memory grows with the number of processes only.
 */
export class Journal {
  /** The fields of the line that is to be added; `outcome` and `position` are written by `add`. */
  readonly event: SinkEvent = {
    ...{ index: 0, position: 0, time: NaN, process: 0, f: 0, key: -1, form: 0, a: 0, b: 0 },
    ...{ outcome: 0, error: 0, node: -1 },
  };
  readonly #sink: OperationSink;
  #count = 0;
  #time = -Infinity;
  #open: Int32Array = new Int32Array(64).fill(idle);
  /** `f`, `key` and position of the open operation of each process. */
  #f: Int32Array = new Int32Array(64);
  #key: Int32Array = new Int32Array(64);
  #call: Int32Array = new Int32Array(64);
  /** Places in the arrays of processes with high numbers. */
  readonly #sparse = new Map<number, number>();
  readonly #endings = new Map<number, number>();

  constructor(sink: OperationSink) {
    this.#sink = sink;
  }

  /** Events so far: the position of the next one. */
  get count(): number {
    return this.#count;
  }

  /** Counts an event that is no client's (of the nemesis). */
  skip(line: number): void {
    this.#checkTime(line);
    this.#advance(line);
  }

  /** Adds `event` as a line of this kind. A completion may leave `key` -1. */
  add(type: number, line: number): void {
    const { event } = this;
    this.#checkTime(line);
    event.position = this.#advance(line);
    const place = this.#placeOf(event.process);
    const state = this.#open[place] as number;
    if (type === lineTypes.invoke) {
      if (state !== idle) this.#refuseCall(place, state, line);
      this.#open[place] = this.#sink.onCall(event);
      this.#f[place] = event.f;
      this.#key[place] = event.key;
      this.#call[place] = event.position;
      return;
    }
    if (state < 0) this.#refuseReturn(state, line);
    this.#checkSame(place, line);
    event.key = this.#key[place] as number;
    event.outcome = this.#outcomeOf(type, event.error);
    if (event.outcome === outcomes.open) event.position = never;
    this.#open[place] = type === lineTypes.info ? retired : idle;
    this.#sink.onReturn(state, event);
  }

  /** The id of an error. */
  errorOf(text: string): number {
    const { errors } = this.#sink;
    const isFull = errors.list.length >= errorsMax && !refusals.has(text) && text !== "ErrMaybe";
    return errors.intern(isFull ? "(another error)" : text);
  }

  /** The same of plain ASCII bytes. */
  errorOfBytes(bytes: Uint8Array, from: number, to: number): number {
    const { errors } = this.#sink;
    if (errors.list.length < errorsMax) return errors.internBytes(bytes, from, to);
    return this.errorOf(String.fromCharCode(...bytes.subarray(from, to)));
  }

  #outcomeOf(type: number, error: number): number {
    if (type === lineTypes.ok) return outcomes.ok;
    const kind = type * 256 + error;
    let outcome = this.#endings.get(kind);
    if (outcome === undefined) {
      const text = this.#sink.errors.list[error] ?? "";
      if (type === lineTypes.fail) outcome = refusals.has(text) ? outcomes.refused : leftOut;
      else outcome = text === "ErrMaybe" ? outcomes.maybe : outcomes.open;
      this.#endings.set(kind, outcome);
    }
    return outcome;
  }

  #advance(line: number): number {
    const position = this.#count;
    if (position >= never) refuse(line, `expected at most ${never} events, got one more`);
    this.#count = position + 1;
    return position;
  }

  #checkTime(line: number): void {
    const { time } = this.event;
    if (time < this.#time) {
      refuse(line, `time goes backwards: expected ${this.#time} or later, got ${time}`);
    }
    // NaN compares as false and is never kept: a line without a time tells nothing.
    if (time > this.#time) this.#time = time;
  }

  #placeOf(process: number): number {
    let place = process;
    if (process >= denseMax) {
      place = this.#sparse.get(process) ?? denseMax + this.#sparse.size;
      this.#sparse.set(process, place);
    }
    if (place >= this.#open.length) this.#grow(place);
    return place;
  }

  #grow(place: number): void {
    const before = this.#open.length;
    const length = Math.max(before * 2, place + 1);
    const larger = (old: Int32Array): Int32Array => {
      const array = new Int32Array(length);
      array.set(old);
      return array;
    };
    this.#open = larger(this.#open).fill(idle, before);
    this.#f = larger(this.#f);
    this.#key = larger(this.#key);
    this.#call = larger(this.#call);
  }

  #checkSame(place: number, line: number): void {
    const { f, key, process } = this.event;
    const open = this.#call[place] ?? 0;
    const { functions, keys } = this.#sink;
    if (f !== this.#f[place]) {
      const own = functions.list[this.#f[place] ?? 0];
      const got = functions.list[f];
      refuse(
        line,
        `expected process ${process} to complete "${own}" (event ${open}), got "${got}"`,
      );
    }
    if (key !== -1 && key !== this.#key[place]) {
      const own = keys.list[this.#key[place] ?? -1] ?? "none";
      const got = keys.list[key];
      refuse(
        line,
        `expected process ${process} to complete key ${own} (event ${open}), got ${got}`,
      );
    }
  }

  #refuseCall(place: number, state: number, line: number): never {
    const { process } = this.event;
    if (state === retired) refuse(line, `process ${process} acts after its info`);
    const open = this.#call[place];
    refuse(line, `process ${process} invokes while its operation of event ${open} is open`);
  }

  #refuseReturn(state: number, line: number): never {
    const { process } = this.event;
    if (state === retired) refuse(line, `process ${process} acts after its info`);
    refuse(line, `process ${process} completes what it never invoked`);
  }
}

/** Throws the `HistoryError` of a line. */
export function refuse(line: number, message: string, cause?: unknown): never {
  const options = cause === undefined ? undefined : { cause };
  throw new HistoryError(`line ${line}: ${message}`, { line }, options);
}
