import { forms } from "../operations.ts";
import { type Journal, lineTypes } from "./journal.ts";
import type { OperationSink, SinkEvent } from "./sink.ts";

/**
 * Reads the usual form of one line of our JSON lines straight from its bytes: fields in the order in which
 * `formatOp` writes them, no white space, plain ASCII strings without escapes, integers. It knows nothing of
 * anything else, and says so: what it cannot read may still be a good line, for `JSON.parse` to judge.
 */

/** Answer of `scan` for a line that is not of the usual form. */
export const unusual = -1;

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const starts = {
  index: ascii('{"index":'),
  time: ascii(',"time":'),
  process: ascii(',"process":'),
  type: ascii(',"type":"'),
  f: ascii(',"f":"'),
  value: ascii('{"value":'),
  version: ascii(',"version":'),
  null: ascii("null"),
};
const typeTexts = (["invoke", "ok", "fail", "info"] as const).map((type) => {
  return { text: ascii(`${type}"`), type: lineTypes[type] };
});
const fieldNames = ["key", "value", "error", "node"] as const;
const fieldTexts = fieldNames.map((name, place) => ({ name, text: ascii(`${name}":`), place }));
const firstNames = ["index", "time", "process", "type", "f"].map((name) => ascii(`${name}"`));

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const letterN = 0x6e;
/** More digits may not be exact. */
const digitsMax = 15;
const int32Max = 2 ** 31 - 1;

export class JsonScanner {
  readonly #sink: OperationSink;
  readonly #journal: Journal;
  #bytes: Uint8Array = new Uint8Array(0);
  #to = 0;
  /** Of the integer that was read last. */
  #number = 0;

  constructor(sink: OperationSink, journal: Journal) {
    this.#sink = sink;
    this.#journal = journal;
  }

  /** The line's type after its fields were written into the journal's event, or `unusual`. */
  scan(bytes: Uint8Array, from: number, to: number): number {
    this.#bytes = bytes;
    this.#to = to;
    const { event } = this.#journal;
    // Steps answer where they end, or a place before all bytes, from which nothing can be read.
    let at = this.#integer(this.#literal(starts.index, from));
    event.index = this.#number;
    at = this.#integer(this.#literal(starts.time, at));
    event.time = this.#number;
    at = this.#integer(this.#literal(starts.process, at));
    event.process = this.#number;
    if (event.process < 0 || event.process > int32Max || event.index < 0) return unusual;
    at = this.#literal(starts.type, at);
    const type = typeTexts.find(({ text }) => this.#literal(text, at) !== unusual);
    if (type === undefined) return unusual;
    const f = this.#literal(starts.f, at + type.text.length);
    at = this.#string(f);
    if (at === unusual) return unusual;
    event.f = this.#sink.functions.internBytes(bytes, f, at - 1);
    return this.#fields(event, at) ? type.type : unusual;
  }

  /** The fields behind `f`, up to the end of the line. */
  #fields(event: SinkEvent, from: number): boolean {
    event.key = -1;
    event.error = 0;
    event.node = -1;
    event.form = forms.none;
    event.a = 0;
    event.b = 0;
    let at = from;
    let seen = 0;
    while (this.#bytes[at] === comma && this.#bytes[at + 1] === quote) {
      const name = at + 2;
      const field = fieldTexts.find(({ text }) => this.#literal(text, name) !== unusual);
      if (field === undefined) {
        at = this.#foreign(name);
      } else {
        const bit = 1 << field.place;
        // Of a name that comes twice JSON takes the last.
        if ((seen & bit) !== 0) return false;
        seen |= bit;
        at = this.#field(event, field.name, name + field.text.length);
      }
      if (at === unusual) return false;
    }
    return this.#bytes[at] === closeBrace && at + 1 === this.#to;
  }

  #field(event: SinkEvent, name: (typeof fieldNames)[number], from: number): number {
    if (name === "value") return this.#value(event, from);
    if (this.#bytes[from] !== quote) return unusual;
    const end = this.#string(from + 1);
    if (end === unusual) return unusual;
    const bytes = this.#bytes;
    if (name === "key") event.key = this.#sink.keys.internBytes(bytes, from + 1, end - 1);
    else if (name === "node") event.node = this.#sink.nodes.internBytes(bytes, from + 1, end - 1);
    else event.error = this.#error(from + 1, end - 1);
    return end;
  }

  #error(from: number, to: number): number {
    return this.#journal.errorOf(String.fromCharCode(...this.#bytes.subarray(from, to)));
  }

  /** A field that no check asks for, with a simple value; `from` is behind the quote of its name. */
  #foreign(from: number): number {
    const colon = this.#string(from);
    if (colon === unusual || this.#bytes[colon] !== 0x3a) return unusual;
    const isFirst = firstNames.some((name) => this.#literal(name, from) !== unusual);
    return isFirst ? unusual : this.#scalar(colon + 1);
  }

  #value(event: SinkEvent, from: number): number {
    const bytes = this.#bytes;
    if (bytes[from] === openBrace) return this.#versioned(event, from);
    if (bytes[from] === openBracket) return this.#list(event, from);
    const end = this.#scalar(from);
    if (end === unusual) return unusual;
    event.form = forms.plain;
    event.a = this.#sink.values.internBytes(bytes, from, end);
    return end;
  }

  #versioned(event: SinkEvent, from: number): number {
    const value = this.#literal(starts.value, from);
    const end = this.#scalar(value);
    const at = this.#integer(this.#literal(starts.version, end));
    if (at === unusual || this.#bytes[at] !== closeBrace) return unusual;
    if (this.#number < 0 || this.#number > int32Max) return unusual;
    event.form = forms.versioned;
    event.a = this.#sink.values.internBytes(this.#bytes, value, end);
    event.b = this.#number;
    return at + 1;
  }

  #list(event: SinkEvent, from: number): number {
    const bytes = this.#bytes;
    const { values } = this.#sink;
    let at = from + 1;
    let count = 0;
    let comma1 = 0;
    if (bytes[at] !== closeBracket) {
      for (;;) {
        at = this.#scalar(at);
        if (at === unusual) return unusual;
        count++;
        if (bytes[at] !== comma) break;
        if (count === 1) comma1 = at;
        at++;
      }
      if (bytes[at] !== closeBracket || at >= this.#to) return unusual;
    }
    const isPair = count === 2;
    event.form = isPair ? forms.pair : forms.plain;
    event.a = values.internBytes(bytes, isPair ? from + 1 : from, isPair ? comma1 : at + 1);
    event.b = isPair ? values.internBytes(bytes, comma1 + 1, at) : 0;
    return at + 1;
  }

  /** The end of a string, an integer or null whose bytes are canonical JSON. */
  #scalar(from: number): number {
    if (from === unusual) return unusual;
    const first = this.#bytes[from];
    if (first === quote) return this.#string(from + 1);
    if (first === letterN) return this.#literal(starts.null, from);
    return this.#integer(from);
  }

  #literal(text: Uint8Array, from: number): number {
    if (from === unusual) return unusual;
    const bytes = this.#bytes;
    for (let place = 0; place < text.length; place++) {
      if (bytes[from + place] !== text[place]) return unusual;
    }
    return from + text.length;
  }

  /** Behind the closing quote of a string; `from` is behind the opening one. */
  #string(from: number): number {
    if (from === unusual) return unusual;
    const bytes = this.#bytes;
    for (let at = from; at < this.#to; at++) {
      const byte = bytes[at] as number;
      if (byte === quote) return at + 1;
      if (byte < 0x20 || byte >= 0x80 || byte === backslash) return unusual;
    }
    return unusual;
  }

  #integer(from: number): number {
    if (from === unusual) return unusual;
    const bytes = this.#bytes;
    const isNegative = bytes[from] === minus;
    const start = isNegative ? from + 1 : from;
    let at = start;
    let value = 0;
    for (; at < this.#to; at++) {
      const digit = (bytes[at] as number) - zero;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    const count = at - start;
    const isOdd = bytes[start] === zero && (count > 1 || isNegative);
    if (count === 0 || count > digitsMax || isOdd) return unusual;
    this.#number = isNegative ? -value : value;
    return at;
  }
}
