import { HistoryError } from "../errors.ts";
import { excerpt } from "./excerpt.ts";
import { refuse } from "./journal.ts";

/** A longer one is no operation of any client. */
const formBytesMax = 64 * 2 ** 20;

const code = (char: string): number => char.charCodeAt(0);
const newline = code("\n");
const quote = code('"');
const backslash = code("\\");
const semicolon = code(";");
const hash = code("#");
const underscore = code("_");
const openMap = code("{");
const opening = new Set([..."([{"].map(code));
const closing = new Set([...")]}"].map(code));
const space = new Set([..." \t\r,"].map(code));
const bom = [0xef, 0xbb, 0xbf];

/** Takes the text of one map, and the line at which it begins. */
export type TakeForm = (bytes: Uint8Array, from: number, to: number, line: number) => void;

const tags = { none: 0, afterHash: 1, afterDiscard: 2 };
const states = { plain: 0, string: 1, stringEscape: 2, comment: 3, character: 4, tag: 5 };

/**
 * Cuts chunks of bytes into maps: one after another, or those of one big vector or list. Tags before a map are
 * left out, and so is a map (or a word) after `#_`. It only counts brackets: whether a map is a good one is the parser's affair.
 */
export class EdnForms {
  /** At which it is, from 1. */
  line = 1;
  /** Where the last map begins. */
  formLine = 0;
  readonly #take: TakeForm;
  #state = states.plain;
  /** Open brackets, the one around all maps included. */
  #depth = 0;
  #isInVector = false;
  #hadVector = false;
  /** How many maps to come are left out, and where a tag is in that. */
  #discards = 0;
  #tag = tags.none;
  #rest = new Uint8Array(0);
  #restLength = 0;
  #bytesSeen = 0;
  #endsLine = true;

  constructor(take: TakeForm) {
    this.#take = take;
  }

  push(chunk: Uint8Array): void {
    let start = this.#isInForm() ? 0 : -1;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (byte === newline) this.line++;
      const wasInForm = this.#isInForm();
      this.#step(byte, chunk, at);
      if (this.#isInForm() === wasInForm) continue;
      if (!wasInForm) {
        start = at;
        this.formLine = this.line;
      } else {
        this.#give(chunk, start, at + 1);
        start = -1;
      }
    }
    this.#bytesSeen += chunk.length;
    if (chunk.length > 0) this.#endsLine = chunk.at(-1) === newline;
    if (start !== -1) this.#keep(chunk.subarray(start));
  }

  /** Lines so far; a line end begins none by itself. */
  get lines(): number {
    return this.#endsLine ? this.line - 1 : this.line;
  }

  /** Throws `HistoryError` where a bracket is still open. */
  end(): void {
    if (this.#depth === 0) return;
    const line = this.#isInForm() ? this.formLine : this.line;
    const open = this.#isInForm() ? "the map that begins here" : "the vector around all operations";
    throw new HistoryError(`line ${line}: expected an end of ${open}, got the end of the file`, {
      line,
    });
  }

  #isInForm(): boolean {
    return this.#depth > (this.#isInVector ? 1 : 0);
  }

  #step(byte: number, chunk: Uint8Array, at: number): void {
    switch (this.#state) {
      case states.string:
        if (byte === quote) this.#state = states.plain;
        else if (byte === backslash) this.#state = states.stringEscape;
        return;
      case states.stringEscape:
        this.#state = states.string;
        return;
      case states.comment:
        if (byte === newline) this.#state = states.plain;
        return;
      case states.character:
        this.#state = states.plain;
        return;
      default:
        this.#stepPlain(byte, chunk, at);
    }
  }

  #stepPlain(byte: number, chunk: Uint8Array, at: number): void {
    const isInForm = this.#isInForm();
    if (byte === semicolon) this.#state = states.comment;
    else if (isInForm && byte === quote) this.#state = states.string;
    else if (isInForm && byte === backslash) this.#state = states.character;
    else if (opening.has(byte)) {
      this.#state = states.plain;
      this.#tag = tags.none;
      if (!isInForm && byte !== openMap) {
        if (this.#hadVector) this.#refuse(chunk, at);
        this.#isInVector = true;
        this.#hadVector = true;
      }
      this.#depth++;
    } else if (closing.has(byte)) {
      if (this.#depth === 0) this.#refuse(chunk, at);
      if (!isInForm) this.#isInVector = false;
      this.#depth--;
    } else if (!isInForm && !this.#mayStandOutside(byte, at)) this.#refuse(chunk, at);
  }

  /** White space, and the letters of a tag. */
  #mayStandOutside(byte: number, at: number): boolean {
    if (byte === newline || space.has(byte)) {
      this.#state = states.plain;
      this.#tag = tags.none;
      return true;
    }
    if (byte === bom[this.#bytesSeen + at]) return true;
    if (byte === hash) this.#state = states.tag;
    this.#tag = this.#tagAfter(byte);
    return this.#state === states.tag && byte !== quote;
  }

  #tagAfter(byte: number): number {
    if (byte === hash) return tags.afterHash;
    if (byte === underscore && this.#tag === tags.afterHash) {
      this.#discards++;
      return tags.afterDiscard;
    }
    // A word was left out, not a map.
    if (this.#tag === tags.afterDiscard) this.#discards--;
    return tags.none;
  }

  #refuse(chunk: Uint8Array, at: number): never {
    const end = chunk.indexOf(newline, at);
    const got = excerpt(chunk, at, end === -1 ? chunk.length : end);
    refuse(this.line, `expected a map like {:type :invoke, :f :read, :process 0}, got ${got}`);
  }

  #give(chunk: Uint8Array, from: number, to: number): void {
    if (this.#discards > 0) {
      this.#discards--;
      this.#restLength = 0;
      return;
    }
    if (this.#restLength === 0) {
      this.#take(chunk, from, to, this.formLine);
      return;
    }
    this.#keep(chunk.subarray(0, to));
    const length = this.#restLength;
    this.#restLength = 0;
    this.#take(this.#rest, 0, length, this.formLine);
  }

  #keep(part: Uint8Array): void {
    const length = this.#restLength + part.length;
    if (length > formBytesMax) {
      refuse(this.formLine, `expected one operation, got a map of more than ${formBytesMax} bytes`);
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
