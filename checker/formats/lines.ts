import { HistoryError } from "../errors.ts";

/** A longer line is no operation of any client. */
const lineBytesMax = 64 * 2 ** 20;

const newline = 0x0a;
const carriageReturn = 0x0d;
const bom = [0xef, 0xbb, 0xbf];

/**
 * Takes whole lines: `bytes[from]` up to before `bytes[to]`, each ended by LF, valid during the call only.
 */
export type TakeLines = (bytes: Uint8Array, from: number, to: number) => void;

/** Cuts chunks of bytes after their last line end. A byte order mark at the start is left out. */
export class Lines {
  readonly #take: TakeLines;
  /** The line that is taken, from 1. Whoever takes lines counts them. */
  line = 0;
  #rest = new Uint8Array(0);
  #restLength = 0;
  #isStart = true;

  constructor(take: TakeLines) {
    this.#take = take;
  }

  /** Throws `HistoryError` with the line, also for a table that is full or a value nested too deeply. */
  push(chunk: Uint8Array): void {
    this.#guard(() => {
      const last = chunk.lastIndexOf(newline) + 1;
      let from = 0;
      if (this.#restLength > 0 && last > 0) {
        from = chunk.indexOf(newline) + 1;
        this.#keep(chunk.subarray(0, from));
        this.#giveRest();
      }
      if (from < last) this.#give(chunk, from, last);
      if (last < chunk.length) this.#keep(chunk.subarray(last));
    });
  }

  /** What came after the last line end, if anything, goes to `take` as one more line (LF added). */
  end(take: TakeLines = this.#take): void {
    if (this.#restLength === 0) return;
    this.#guard(() => {
      this.#keep(Uint8Array.of(newline));
      this.#giveRest(take);
    });
  }

  #giveRest(take: TakeLines = this.#take): void {
    const length = this.#restLength;
    this.#restLength = 0;
    this.#give(this.#rest, 0, length, take);
  }

  #give(bytes: Uint8Array, from: number, to: number, take: TakeLines = this.#take): void {
    const hasMark = this.#isStart && bom.every((byte, place) => bytes[from + place] === byte);
    this.#isStart = false;
    take(bytes, hasMark ? from + bom.length : from, to);
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

  #guard(step: () => void): void {
    try {
      step();
    } catch (cause) {
      const isFull = cause instanceof HistoryError && cause.details.line === undefined;
      if (!isFull && !(cause instanceof RangeError)) throw cause;
      const { line } = this;
      throw new HistoryError(`line ${line}: ${cause.message}`, { line }, { cause });
    }
  }
}

/** Behind the end of the line that begins at `from`, in bytes that end with LF. */
export function nextLine(bytes: Uint8Array, from: number): number {
  return bytes.indexOf(newline, from) + 1;
}

/** Where the text of a line ends whose LF or CRLF ends before `next`. */
export function textEnd(bytes: Uint8Array, from: number, next: number): number {
  const end = next - 1;
  return end > from && bytes[end - 1] === carriageReturn ? end - 1 : end;
}
