/**
 * Extensible data notation (EDN), what Clojure programs write, read as JSON values.
 *
 * nil is null; keywords are strings with their colon; vectors, lists and sets are arrays; maps are objects
 * whose fields are named by keywords (without colon), strings, or the text of other keys. Symbols, characters,
 * ratios and integers beyond 2^53 are strings. Tags are left out, except that pairs tagged as a tuple of
 * `jepsen.independent` are remembered.
 */

const depthMax = 200;
const delimiters = new Set(' \t\r\n,()[]{}";');
/** Of a list, a vector and a set. */
const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const escapes: Readonly<Record<string, string>> = {
  ...{ n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", '"': '"', "\\": "\\" },
};
const characters: Readonly<Record<string, string>> = {
  ...{ newline: "\n", return: "\r", space: " ", tab: "\t", formfeed: "\f", backspace: "\b" },
};
const numberPattern = /^([+-]?)(0|[1-9]\d*)(\.\d*)?([eE][+-]?\d+)?([NM]?)$/;

/** What stands where a value does not: the end of a collection or of the text. */
const none = Symbol("none");

export class EdnParser {
  /** Arrays that were written as `#jepsen.independent.Tuple [key value]`. */
  readonly tuples: WeakSet<object> = new WeakSet();
  #text = "";
  #at = 0;

  /** All values of a text, one after another. Throws `SyntaxError` with what was expected. */
  parse(text: string): unknown[] {
    this.#text = text;
    this.#at = 0;
    const values: unknown[] = [];
    for (;;) {
      const value = this.#value(0);
      if (value === none) break;
      values.push(value);
    }
    if (this.#at < text.length) this.#refuse("a value", text[this.#at]);
    return values;
  }

  #value(depth: number): unknown {
    if (depth > depthMax) this.#refuse(`at most ${depthMax} levels`, "one more");
    this.#skip(depth);
    const char = this.#text[this.#at];
    if (char === undefined || char === ")" || char === "]" || char === "}") return none;
    if (char === '"') return this.#string();
    if (char === "\\") return this.#character();
    if (char === "#") return this.#dispatch(depth);
    if (char === "{") return this.#map(depth);
    if (char === "[" || char === "(") return this.#list(depth);
    return this.#atom(this.#token());
  }

  /** White space, commas, comments and discarded values. */
  #skip(depth: number): void {
    for (;;) {
      const char = this.#text[this.#at];
      if (char === " " || char === "\n" || char === "\t" || char === "\r" || char === ",")
        this.#at++;
      else if (char === ";") {
        const end = this.#text.indexOf("\n", this.#at);
        this.#at = end === -1 ? this.#text.length : end;
      } else if (char === "#" && this.#text[this.#at + 1] === "_") {
        this.#at += 2;
        if (this.#value(depth + 1) === none) this.#refuse("a value after #_", undefined);
      } else return;
    }
  }

  /** The values up to the bracket that closes the one here. */
  #list(depth: number): unknown[] {
    const close = closing[this.#text[this.#at] ?? ""] ?? "";
    this.#at++;
    const values: unknown[] = [];
    for (;;) {
      const value = this.#value(depth + 1);
      if (value === none) break;
      values.push(value);
    }
    if (this.#text[this.#at] !== close) this.#refuse(close, this.#text[this.#at]);
    this.#at++;
    return values;
  }

  #map(depth: number): Record<string, unknown> {
    this.#at++;
    const fields = new Map<string, unknown>();
    for (;;) {
      this.#skip(depth);
      const isString = this.#text[this.#at] === '"';
      const key = this.#value(depth + 1);
      if (key === none) break;
      const value = this.#value(depth + 1);
      if (value === none) this.#refuse("a value for each key of a map", this.#text[this.#at]);
      const isText = typeof key === "string";
      const name = !isText ? JSON.stringify(key) : isString ? key : key.replace(/^:/, "");
      if (fields.has(name)) this.#refuse(`one ${name} in a map`, "another");
      fields.set(name, value);
    }
    if (this.#text[this.#at] !== "}") this.#refuse("}", this.#text[this.#at]);
    this.#at++;
    return Object.fromEntries(fields);
  }

  #string(): string {
    const start = ++this.#at;
    const text = this.#text;
    let result = "";
    let from = start;
    for (;;) {
      const char = text[this.#at];
      if (char === undefined) this.#refuse('a closing "', undefined);
      if (char === '"') break;
      this.#at++;
      if (char !== "\\") continue;
      result += text.slice(from, this.#at - 1) + this.#escape();
      from = this.#at;
    }
    result += text.slice(from, this.#at);
    this.#at++;
    return result;
  }

  #escape(): string {
    const char = this.#text[this.#at++] ?? "";
    const plain = escapes[char];
    if (plain !== undefined) return plain;
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (char !== "u" || !/^[0-9a-fA-F]{4}$/.test(digits)) this.#refuse("an escape", `\\${char}`);
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #character(): string {
    this.#at++;
    const first = this.#text[this.#at++] ?? "";
    const rest = this.#token();
    const name = first + rest;
    return characters[name] ?? name;
  }

  /** A set, a number that is none, or a tagged value. */
  #dispatch(depth: number): unknown {
    this.#at++;
    if (this.#text[this.#at] === "{") return this.#list(depth);
    const tag = this.#token();
    if (tag.startsWith("#")) return `#${tag}`;
    if (tag === "") this.#refuse("a tag after #", this.#text[this.#at]);
    const value = this.#value(depth + 1);
    if (value === none) this.#refuse(`a value after #${tag}`, this.#text[this.#at]);
    if (/^jepsen\.independent[./]Tuple$/i.test(tag) && Array.isArray(value)) this.tuples.add(value);
    return value;
  }

  #token(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !delimiters.has(this.#text[this.#at] ?? "")) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #atom(token: string): unknown {
    if (token === "nil") return null;
    if (token === "true") return true;
    if (token === "false") return false;
    const [, sign, digits, fraction, exponent] = numberPattern.exec(token) ?? [];
    if (digits === undefined) {
      if (/^[+-]?\d/.test(token) && !token.includes("/")) this.#refuse("a number", token);
      return token;
    }
    const number = Number(`${sign}${digits}${fraction ?? ""}${exponent ?? ""}`);
    const isInteger = fraction === undefined && exponent === undefined;
    const isExact = isInteger ? Number.isSafeInteger(number) : Number.isFinite(number);
    return isExact ? number : token;
  }

  #refuse(expected: string, got: string | undefined): never {
    const seen = got === undefined ? "the end" : JSON.stringify(got.slice(0, 40));
    throw new SyntaxError(`expected ${expected}, got ${seen}`);
  }
}
