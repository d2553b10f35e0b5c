import { parseHeader, parseOp } from "../codec.ts";
import { HistoryError } from "../errors.ts";
import type { HistoryHeader } from "../history.ts";
import { textOfUtf8 } from "../utf8.ts";
import { takeApart } from "../value-form.ts";
import { Journal, lineTypes, refuse } from "./journal.ts";
import { JsonScanner, unusual } from "./json-scan.ts";
import { Lines, nextLine, textEnd } from "./lines.ts";
import type { HistoryReader, OperationSink, ReadSummary } from "./sink.ts";

const int32Max = 2 ** 31 - 1;
/** As in EDN: more is no value of any client, and would overflow the stack. */
const depthMax = 200;

/**
 * Our own JSON lines: a header, then one op a line, see `codec.ts`. Nemesis lines are events without an
 * operation. A last line without line end that is not JSON is what a killed recorder leaves: it is left out.
 */
export class JsonLinesReader implements HistoryReader {
  header: HistoryHeader | null = null;
  readonly #sink: OperationSink;
  readonly #journal: Journal;
  readonly #scanner: JsonScanner;
  readonly #lines: Lines;
  #truncatedAtLine: number | null = null;

  constructor(sink: OperationSink) {
    this.#sink = sink;
    this.#journal = new Journal(sink);
    this.#scanner = new JsonScanner(sink, this.#journal);
    this.#lines = new Lines((bytes, from, to) => this.#take(bytes, from, to));
  }

  get model(): string | null {
    return this.header?.model ?? null;
  }

  get line(): number {
    return this.#lines.line;
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  end(): ReadSummary {
    this.#lines.end((bytes, from, to) => this.#takeLast(bytes, from, to));
    const lines = this.#lines.line;
    if (this.header === null) {
      const message = `line 1: expected a header like {"whitewater":1,"run":...,"model":...}, got nothing`;
      throw new HistoryError(message, { line: 1 });
    }
    return { lines, skipped: 0, truncatedAtLine: this.#truncatedAtLine, integersMax: null };
  }

  #take(bytes: Uint8Array, from: number, to: number): void {
    let at = from;
    while (at < to) {
      const line = ++this.#lines.line;
      const next = this.header === null ? unusual : this.#scanner.scan(bytes, at);
      if (next === unusual) at = this.#takeUnusual(bytes, at);
      else {
        this.#add(this.#scanner.type, line);
        at = next;
      }
    }
  }

  #takeLast(bytes: Uint8Array, from: number, to: number): void {
    if (this.header === null || isJson(bytes.subarray(from, to))) this.#take(bytes, from, to);
    else this.#truncatedAtLine = ++this.#lines.line;
  }

  /** Answers where the next line begins. */
  #takeUnusual(bytes: Uint8Array, from: number): number {
    const next = nextLine(bytes, from);
    const text = textOfUtf8(bytes.subarray(from, textEnd(bytes, from, next)));
    const { line } = this.#lines;
    if (this.header === null) this.header = parseHeader(text, line);
    else if (text.trim() !== "") this.#takeText(text, line);
    return next;
  }

  #takeText(text: string, line: number): void {
    const { index, time, process, type, f, key, value, error, node } = parseOp(text, line);
    const { event } = this.#journal;
    event.index = index;
    event.time = time;
    if (process === "nemesis") {
      this.#checkIndex(line);
      this.#journal.skip(line);
      return;
    }
    if (process > int32Max) refuse(line, `expected "process" up to ${int32Max}, got ${process}`);
    const problem = problemOf(value, depthMax);
    if (problem !== null) refuse(line, problem);
    event.process = process;
    event.f = this.#sink.functions.intern(f);
    event.key = key === undefined ? -1 : this.#sink.keys.intern(key);
    event.error = error === undefined ? 0 : this.#journal.errorOf(error);
    event.node = node === undefined ? -1 : this.#sink.nodes.intern(node);
    takeApart(value, this.#sink.values, event);
    this.#add(lineTypes[type], line);
  }

  #add(type: number, line: number): void {
    this.#checkIndex(line);
    this.#journal.add(type, line);
  }

  #checkIndex(line: number): void {
    const { index } = this.#journal.event;
    const { count } = this.#journal;
    if (index !== count) refuse(line, `expected index ${count}, got ${index}`);
  }
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(textOfUtf8(bytes));
    return true;
  } catch {
    // Whatever is wrong with it: the line was not finished.
    return false;
  }
}

/**
 * Two different numbers of a file may have become one, beyond 2^53 and when infinite; or the value has more
 * than so many levels. Null when nothing is wrong.
 */
function problemOf(value: unknown, levels: number): string | null {
  if (typeof value === "object" && value !== null) {
    if (levels === 0) return `expected at most ${depthMax} levels in "value", got more`;
    for (const part of Object.values(value)) {
      const problem = problemOf(part, levels - 1);
      if (problem !== null) return problem;
    }
    return null;
  }
  if (typeof value !== "number") return null;
  const isExact =
    Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value));
  return isExact ? null : `a number of "value" is rounded when it is read: write it as a string`;
}
