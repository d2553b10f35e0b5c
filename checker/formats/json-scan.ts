import { forms } from "../operations.ts";
import { type Journal, lineTypes } from "./journal.ts";
import type { OperationSink, SinkEvent } from "./sink.ts";

/**
 * Reads the usual form of one line of our JSON lines straight from its bytes: fields in the order in which
 * `formatOp` writes them, no white space, plain ASCII strings without escapes, integers. It knows nothing of
 * anything else, and says so: what it cannot read may still be a good line, for `JSON.parse` to judge.
 */

/** Answer of a step, and of `scan`, where the bytes are not of the usual form. */
export const unusual = -1;

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const index = ascii('{"index":');
const time = ascii(',"time":');
const process = ascii(',"process":');
const type = ascii(',"type":"');
const f = ascii(',"f":"');
const invoke = ascii('invoke"');
const ok = ascii('ok"');
const fail = ascii('fail"');
const info = ascii('info"');
const key = ascii('key":"');
const value = ascii('value":');
const error = ascii('error":"');
const node = ascii('node":"');
const versionedValue = ascii('{"value":');
const version = ascii(',"version":');
const nothing = ascii("null");
const required = ["index", "time", "process", "type", "f"].map((name) => ascii(`${name}"`));

const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const letter = { f: 0x66, n: 0x6e, o: 0x6f };
const openBrace = 0x7b;
const closeBrace = 0x7d;
/** More digits may not be exact. */
const digitsMax = 15;
const int32Max = 2 ** 31 - 1;

export class JsonScanner {
  /** Kind of the line that was scanned, in `lineTypes`. */
  type = 0;
  readonly #sink: OperationSink;
  readonly #journal: Journal;
  #bytes: Uint8Array = new Uint8Array(0);
  /** Of the integer that was read last. */
  #number = 0;

  constructor(sink: OperationSink, journal: Journal) {
    this.#sink = sink;
    this.#journal = journal;
  }

  /**
   * Writes the fields of the line at `from` into the journal's event and answers where the next line begins;
   * or `unusual`. The bytes end with LF, which no part of the usual form has: nothing reads beyond it.
   */
  scan(bytes: Uint8Array, from: number): number {
    this.#bytes = bytes;
    const { event } = this.#journal;
    let at = this.#integer(literal(bytes, from, index));
    event.index = this.#number;
    at = this.#integer(literal(bytes, at, time));
    event.time = this.#number;
    at = this.#integer(literal(bytes, at, process));
    event.process = this.#number;
    at = this.#type(literal(bytes, at, type));
    const name = literal(bytes, at, f);
    at = stringEnd(bytes, name);
    if (at === unusual) return unusual;
    if (event.index < 0 || event.process < 0 || event.process > int32Max) return unusual;
    event.f = this.#sink.functions.internBytes(bytes, name, at - 1);
    at = this.#fields(event, at);
    if (at === unusual) return unusual;
    if (bytes[at] === carriageReturn) at++;
    return bytes[at] === newline ? at + 1 : unusual;
  }

  #type(from: number): number {
    const bytes = this.#bytes;
    if (bytes[from] === letter.o) {
      this.type = lineTypes.ok;
      return literal(bytes, from, ok);
    }
    if (bytes[from] === letter.f) {
      this.type = lineTypes.fail;
      return literal(bytes, from, fail);
    }
    const at = literal(bytes, from, invoke);
    if (at !== unusual) {
      this.type = lineTypes.invoke;
      return at;
    }
    this.type = lineTypes.info;
    return literal(bytes, from, info);
  }

  /** The fields behind `f`, up to behind the closing brace. */
  #fields(event: SinkEvent, from: number): number {
    const bytes = this.#bytes;
    event.key = -1;
    event.error = 0;
    event.node = -1;
    event.form = forms.none;
    event.a = 0;
    event.b = 0;
    let at = from;
    while (bytes[at] === comma && bytes[at + 1] === quote) {
      at = this.#field(event, at + 2);
      if (at === unusual) return unusual;
    }
    return bytes[at] === closeBrace ? at + 1 : unusual;
  }

  /** One field; `from` is behind the quote of its name. Of a name that comes twice the last counts. */
  #field(event: SinkEvent, from: number): number {
    const bytes = this.#bytes;
    let start = literal(bytes, from, value);
    if (start !== unusual) return this.#value(event, start);
    start = literal(bytes, from, key);
    if (start !== unusual) {
      const end = stringEnd(bytes, start);
      if (end === unusual) return unusual;
      event.key = this.#sink.keys.internBytes(bytes, start, end - 1);
      return end;
    }
    start = literal(bytes, from, node);
    if (start !== unusual) {
      const end = stringEnd(bytes, start);
      if (end === unusual) return unusual;
      event.node = this.#sink.nodes.internBytes(bytes, start, end - 1);
      return end;
    }
    start = literal(bytes, from, error);
    if (start === unusual) return this.#foreign(from);
    const end = stringEnd(bytes, start);
    if (end === unusual) return unusual;
    event.error = this.#journal.errorOfBytes(bytes, start, end - 1);
    return end;
  }

  /** A field that no check asks for, with a simple value; `from` is behind the quote of its name. */
  #foreign(from: number): number {
    const bytes = this.#bytes;
    for (const name of required) if (literal(bytes, from, name) !== unusual) return unusual;
    // Known ones come here with a value of the wrong type.
    for (const name of [key, error, node]) {
      if (literal(bytes, from, name.subarray(0, -1)) !== unusual) return unusual;
    }
    const at = stringEnd(bytes, from);
    return at !== unusual && bytes[at] === colon ? this.#scalar(at + 1) : unusual;
  }

  #value(event: SinkEvent, from: number): number {
    const bytes = this.#bytes;
    if (bytes[from] === openBrace) return this.#versioned(event, from);
    if (bytes[from] === openBracket) return this.#list(event, from);
    const end = this.#scalar(from);
    if (end === unusual) return unusual;
    event.form = forms.plain;
    event.a = this.#sink.values.internBytes(bytes, from, end);
    event.b = 0;
    return end;
  }

  #versioned(event: SinkEvent, from: number): number {
    const bytes = this.#bytes;
    const start = literal(bytes, from, versionedValue);
    const end = this.#scalar(start);
    const at = this.#integer(literal(bytes, end, version));
    if (at === unusual || bytes[at] !== closeBrace) return unusual;
    if (this.#number < 0 || this.#number > int32Max) return unusual;
    event.form = forms.versioned;
    event.a = this.#sink.values.internBytes(bytes, start, end);
    event.b = this.#number;
    return at + 1;
  }

  #list(event: SinkEvent, from: number): number {
    const bytes = this.#bytes;
    const { values } = this.#sink;
    let at = from + 1;
    let count = 0;
    let firstEnd = 0;
    if (bytes[at] !== closeBracket) {
      for (;;) {
        at = this.#scalar(at);
        if (at === unusual) return unusual;
        count++;
        if (bytes[at] !== comma) break;
        if (count === 1) firstEnd = at;
        at++;
      }
      if (bytes[at] !== closeBracket) return unusual;
    }
    const isPair = count === 2;
    event.form = isPair ? forms.pair : forms.plain;
    event.a = values.internBytes(bytes, isPair ? from + 1 : from, isPair ? firstEnd : at + 1);
    event.b = isPair ? values.internBytes(bytes, firstEnd + 1, at) : 0;
    return at + 1;
  }

  /** The end of a string, an integer or null whose bytes are canonical JSON. */
  #scalar(from: number): number {
    const first = this.#bytes[from];
    if (first === quote) return stringEnd(this.#bytes, from + 1);
    if (first === letter.n) return literal(this.#bytes, from, nothing);
    return this.#integer(from);
  }

  #integer(from: number): number {
    if (from === unusual) return unusual;
    const bytes = this.#bytes;
    const isNegative = bytes[from] === minus;
    const start = isNegative ? from + 1 : from;
    let at = start;
    let number = 0;
    for (let digit = 0; ; number = number * 10 + digit, at++) {
      digit = (bytes[at] as number) - zero;
      if (!(digit >= 0 && digit <= 9)) break;
    }
    const count = at - start;
    const isOdd = bytes[start] === zero && (count > 1 || isNegative);
    if (count === 0 || count > digitsMax || isOdd) return unusual;
    this.#number = isNegative ? -number : number;
    return at;
  }
}

/** Behind `text` where it stands at `from`. */
function literal(bytes: Uint8Array, from: number, text: Uint8Array): number {
  if (from === unusual) return unusual;
  const { length } = text;
  for (let place = 0; place < length; place++) {
    if (bytes[from + place] !== text[place]) return unusual;
  }
  return from + length;
}

/** Behind the closing quote of a string; `from` is behind the opening one. */
function stringEnd(bytes: Uint8Array, from: number): number {
  if (from === unusual) return unusual;
  for (let at = from; ; at++) {
    const byte = bytes[at] as number;
    if (byte === quote) return at + 1;
    // The line end is one of these.
    if (!(byte >= 0x20 && byte < 0x80) || byte === backslash) return unusual;
  }
}
