import { HistoryError } from "../errors.ts";
import { isObject } from "../json.ts";
import { forms, never, outcomes } from "../operations.ts";
import { excerpt } from "./excerpt.ts";
import { refuse } from "./journal.ts";
import { Lines, nextLine, textEnd } from "./lines.ts";
import type { HistoryReader, OperationSink, ReadSummary, SinkEvent } from "./sink.ts";

/**
 * The format of the history generator: a line `#` + JSON header, then one operation a line in the order of
 * calls, ten integers between tabs:
 *
 *   call  return  client  op  key  a  b  status  out  outVersion
 *
 * Calls and returns are distinct ticks of one clock, -1 for a return that never came. op: 0 get or read,
 * 1 put or write, 2 cas. Values are integers, 0 the initial one. Status: 0 ok, 1 refused, 2 unknown.
 */

/** What a header's `model` stands for. */
const dialects = {
  vkv: { model: "versioned-kv", functions: ["get", "put"] },
  reg: { model: "register", functions: ["read", "write"] },
  cas: { model: "cas-register", functions: ["read", "write", "cas"] },
} as const;
type Dialect = keyof typeof dialects;

const columns = ["call", "ret", "client", "op", "key", "a", "b", "status", "out", "outver"];
const columnsCount = 10;
const ticksMax = never - 1;
const statuses = { ok: 0, refused: 1, unknown: 2 };
const tab = 0x09;
const newline = 0x0a;
const carriageReturn = 0x0d;
const minus = 0x2d;
const zero = 0x30;

export class Hist1Reader implements HistoryReader {
  model: string | null = null;
  readonly #sink: OperationSink;
  readonly #lines: Lines;
  readonly #event: SinkEvent = {
    ...{ index: 0, position: 0, time: NaN, process: 0, f: 0, key: 0, form: 0, a: 0, b: 0 },
    ...{ outcome: 0, error: 0, node: -1 },
  };
  readonly #fields = new Int32Array(columnsCount);
  /** The row has a minus in another column than `ret`. */
  #hasSign = false;
  #dialect: Dialect | null = null;
  #functions: readonly number[] = [];
  #refused = 0;
  #rows = 0;
  #lastCall = -1;
  #valuesMax = 0;
  readonly #ticks = new Ticks();
  /** The last return of each client; `never` after an unknown outcome. */
  readonly #returns = new Map<number, number>();
  #denseReturns = new Int32Array(1024).fill(-1);
  readonly #keys: number[] = [];

  constructor(sink: OperationSink) {
    this.#sink = sink;
    this.#lines = new Lines((bytes, from, to) => this.#take(bytes, from, to));
  }

  get line(): number {
    return this.#lines.line;
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  end(): ReadSummary {
    this.#lines.end();
    if (this.#dialect === null) {
      throw new HistoryError(`line 1: expected a header like #{"format":"hist1","model":"vkv"}`, {
        line: 1,
      });
    }
    const lines = this.#lines.line;
    return { lines, skipped: 0, truncatedAtLine: null, integersMax: this.#valuesMax };
  }

  #take(bytes: Uint8Array, from: number, to: number): void {
    let at = from;
    while (at < to) {
      this.#lines.line++;
      if (this.#dialect === null) {
        const next = nextLine(bytes, at);
        this.#takeHeader(bytes, at, textEnd(bytes, at, next));
        at = next;
      } else if (bytes[at] === newline) at++;
      else at = this.#takeRow(bytes, at);
    }
  }

  #takeHeader(bytes: Uint8Array, from: number, to: number): void {
    const { line } = this.#lines;
    const header = parseHist1Header(new TextDecoder().decode(bytes.subarray(from, to)));
    if (header === null) {
      const got = excerpt(bytes, from, to);
      refuse(line, `expected a header like #{"format":"hist1","model":"vkv"}, got ${got}`);
    }
    const known = Object.keys(dialects) as Dialect[];
    const dialect = known.find((name) => name === header["model"]);
    if (dialect === undefined) {
      const got = JSON.stringify(header["model"]);
      refuse(line, `expected ${known.join(", ")} as the header's "model", got ${got}`);
    }
    this.#dialect = dialect;
    this.model = dialects[dialect].model;
    this.#functions = dialects[dialect].functions.map((f) => this.#sink.functions.intern(f));
    this.#refused = this.#sink.errors.intern("ErrVersion");
  }

  /** Answers where the next line begins. */
  #takeRow(bytes: Uint8Array, from: number): number {
    const next = this.#parse(bytes, from);
    const fields = this.#fields;
    const status = fields[7] as number;
    this.#checkRow();
    const event = this.#event;
    event.index = this.#rows++;
    event.position = fields[0] as number;
    event.process = fields[2] as number;
    event.f = this.#functions[fields[3] as number] as number;
    event.key = this.#keyOf(fields[4] as number);
    this.#fillInput(event);
    const operation = this.#sink.onCall(event);
    if (status === statuses.unknown) return next;
    event.position = fields[1] as number;
    event.outcome = status === statuses.ok ? outcomes.ok : outcomes.refused;
    event.error = status === statuses.ok ? 0 : this.#refused;
    this.#fillOutput(event);
    this.#sink.onReturn(operation, event);
    return next;
  }

  #fillInput(event: SinkEvent): void {
    const fields = this.#fields;
    const op = fields[3] as number;
    event.a = op === 0 ? 0 : (fields[5] as number);
    event.b = 0;
    if (op === 0) {
      event.form = forms.none;
      return;
    }
    if (event.a > this.#valuesMax) this.#valuesMax = event.a;
    event.form = forms.plain;
    if (op === 1 && this.#dialect !== "vkv") return;
    event.b = fields[6] as number;
    event.form = op === 2 ? forms.pair : forms.versioned;
    if (op === 2 && event.b > this.#valuesMax) this.#valuesMax = event.b;
  }

  #fillOutput(event: SinkEvent): void {
    const fields = this.#fields;
    const isRead = fields[3] === 0;
    event.a = isRead ? (fields[8] as number) : 0;
    event.b = isRead && this.#dialect === "vkv" ? (fields[9] as number) : 0;
    event.form = !isRead ? forms.none : this.#dialect === "vkv" ? forms.versioned : forms.plain;
    if (event.a > this.#valuesMax) this.#valuesMax = event.a;
  }

  /** Writes the ten integers of a line into `#fields`; answers where the next line begins. */
  #parse(bytes: Uint8Array, from: number): number {
    const fields = this.#fields;
    let at = from;
    this.#hasSign = false;
    for (let column = 0; column < columnsCount; column++) {
      const isNegative = bytes[at] === minus;
      if (isNegative) {
        at++;
        if (column !== 1) this.#hasSign = true;
      }
      let value = (bytes[at] as number) - zero;
      // What is below "0" is far above 9 without its sign.
      if (value >>> 0 > 9) this.#refuseRow(bytes, from);
      // There is a line end before the bytes end.
      for (;;) {
        const digit = (bytes[++at] as number) - zero;
        if (digit >>> 0 > 9) break;
        value = value * 10 + digit;
      }
      if (value > ticksMax) this.#refuseRow(bytes, from);
      fields[column] = isNegative ? -value : value;
      if (column === columnsCount - 1) break;
      if (bytes[at] !== tab) this.#refuseRow(bytes, from);
      at++;
    }
    if (bytes[at] === carriageReturn) at++;
    if (bytes[at] !== newline) this.#refuseRow(bytes, from);
    return at + 1;
  }

  #refuseRow(bytes: Uint8Array, from: number): never {
    refuse(
      this.#lines.line,
      `expected ten integers up to ${ticksMax} with tabs between (${columns.join(" ")}), ` +
        `got ${excerpt(bytes, from, textEnd(bytes, from, nextLine(bytes, from)))}`,
    );
  }

  #checkRow(): void {
    const fields = this.#fields;
    const { line } = this.#lines;
    const call = fields[0] as number;
    const end = fields[1] as number;
    const client = fields[2] as number;
    const op = fields[3] as number;
    const status = fields[7] as number;
    if (this.#hasSign)
      refuse(line, `expected no negative number but -1 as "ret", got ${fields.join(" ")}`);
    if (op >= this.#functions.length) {
      const most = this.#functions.length - 1;
      refuse(line, `expected 0..${most} as "op" of model ${this.#dialect}, got ${op}`);
    }
    if (status > statuses.unknown) refuse(line, `expected 0, 1 or 2 as "status", got ${status}`);
    const canBeRefused = op === 2 || (op === 1 && this.#dialect === "vkv");
    if (status === statuses.refused && !canBeRefused) {
      refuse(line, `status 1 (refused) is for put and cas, got op ${op}`);
    }
    if (status === statuses.unknown ? end !== -1 : end <= call) {
      const expected = status === statuses.unknown ? "-1 (never)" : `a tick after the call ${call}`;
      refuse(line, `expected ${expected} as "ret" of status ${status}, got ${end}`);
    }
    if (call <= this.#lastCall) {
      refuse(line, `time goes backwards: expected a call after ${this.#lastCall}, got ${call}`);
    }
    this.#lastCall = call;
    if (!this.#ticks.add(call)) refuse(line, `tick ${call} is the call, and a return before`);
    if (end !== -1 && !this.#ticks.add(end)) refuse(line, `two operations return at tick ${end}`);
    this.#occupy(client, call, end === -1 ? never : end);
  }

  /** Refuses a call of a client that is busy until later, or for ever. */
  #occupy(client: number, call: number, until: number): void {
    const isDense = client < 2 ** 22;
    if (isDense && client >= this.#denseReturns.length) {
      const larger = new Int32Array(Math.max(client + 1, this.#denseReturns.length * 2)).fill(-1);
      larger.set(this.#denseReturns);
      this.#denseReturns = larger;
    }
    const busy = isDense ? (this.#denseReturns[client] ?? -1) : (this.#returns.get(client) ?? -1);
    if (call < busy) {
      const why = busy === never ? "after an unknown outcome" : `while one is open until ${busy}`;
      refuse(this.#lines.line, `client ${client} calls at ${call} ${why}`);
    }
    if (isDense) this.#denseReturns[client] = until;
    else this.#returns.set(client, until);
  }

  #keyOf(key: number): number {
    if (key >= 2 ** 20) return this.#sink.keys.intern(String(key));
    let id = this.#keys[key];
    if (id === undefined) {
      id = this.#sink.keys.intern(String(key));
      this.#keys[key] = id;
    }
    return id;
  }
}

/** A set of ticks, one bit each. */
class Ticks {
  #words = new Int32Array(1024);

  /** False when it was there. */
  add(tick: number): boolean {
    const place = tick >>> 5;
    if (place >= this.#words.length) {
      const larger = new Int32Array(Math.max(place + 1, this.#words.length * 2));
      larger.set(this.#words);
      this.#words = larger;
    }
    const bit = 1 << (tick & 31);
    const word = this.#words[place] as number;
    this.#words[place] = word | bit;
    return (word & bit) === 0;
  }
}

/** The fields of the first line of a file of this format, or null when it is none. */
export function parseHist1Header(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith("#{")) return null;
  try {
    const header: unknown = JSON.parse(line.slice(1));
    return isObject(header) && header["format"] === "hist1" ? header : null;
  } catch {
    // Whatever is wrong with it: not a line of the generator.
    return null;
  }
}
