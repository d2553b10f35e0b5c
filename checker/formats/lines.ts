import { HistoryError } from "../errors.ts";

/** A longer line is no operation of any client. */
const lineBytesMax = 64 * 2 ** 20;

const newline = 0x0a;
const carriageReturn = 0x0d;
const bom = [0xef, 0xbb, 0xbf];

/** Takes a line without its end: `bytes[from]` up to before `bytes[to]`, valid during the call only. */
export type TakeLine = (bytes: Uint8Array, from: number, to: number) => void;

/** Cuts chunks of bytes into lines; LF or CRLF ends one. A byte order mark at the start is left out. */
export class Lines {
  /** Of the line that is taken, from 1. */
  line = 0;
  readonly #take: TakeLine;
  #rest = new Uint8Array(0);
  #restLength = 0;

  constructor(take: TakeLine) {
    this.#take = take;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    if (this.#restLength > 0) {
      const end = chunk.indexOf(newline);
      this.#keep(chunk.subarray(0, end === -1 ? chunk.length : end));
      if (end === -1) return;
      const length = this.#restLength;
      this.#restLength = 0;
      this.#give(this.#rest, 0, length);
      from = end + 1;
    }
    for (;;) {
      const end = chunk.indexOf(newline, from);
      if (end === -1) break;
      this.#give(chunk, from, end);
      from = end + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
  }

  /** What came after the last line end, if anything, as one more line. */
  end(take: TakeLine = this.#take): void {
    if (this.#restLength === 0) return;
    const length = this.#restLength;
    this.#restLength = 0;
    this.#give(this.#rest, 0, length, take);
  }

  #give(bytes: Uint8Array, from: number, to: number, take: TakeLine = this.#take): void {
    this.line++;
    const end = to > from && bytes[to - 1] === carriageReturn ? to - 1 : to;
    const hasMark = this.line === 1 && bom.every((byte, place) => bytes[from + place] === byte);
    take(bytes, hasMark ? from + bom.length : from, end);
  }

  #keep(part: Uint8Array): void {
    const length = this.#restLength + part.length;
    if (length > lineBytesMax) {
      const line = this.line + 1;
      const message = `line ${line} has more than ${lineBytesMax} bytes: expected one operation`;
      throw new HistoryError(message, { line });
    }
    if (length > this.#rest.length) {
      const larger = new Uint8Array(Math.max(length, this.#rest.length * 2));
      larger.set(this.#rest.subarray(0, this.#restLength));
      this.#rest = larger;
    }
    this.#rest.set(part, this.#restLength);
    this.#restLength = length;
  }
}

/**
 * Runs one step of a reader. What goes wrong below it (a table that is full, a value nested so deeply that
 * the stack ends) becomes a `HistoryError` with the line.
 */
export function guard(lines: { readonly line: number }, step: () => void): void {
  try {
    step();
  } catch (cause) {
    const isFull = cause instanceof HistoryError && cause.details.line === undefined;
    if (!isFull && !(cause instanceof RangeError)) throw cause;
    const { line } = lines;
    throw new HistoryError(`line ${line}: ${cause.message}`, { line }, { cause });
  }
}
