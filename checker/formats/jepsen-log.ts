import { HistoryError } from "../errors.ts";
import { EdnParser } from "./edn-parser.ts";
import { excerpt } from "./excerpt.ts";
import { type lineTypes, refuse } from "./journal.ts";
import { Lines, nextLine, textEnd } from "./lines.ts";
import { errorOfLine, OpLines } from "./op-lines.ts";
import type { HistoryReader, OperationSink, ReadSummary } from "./sink.ts";

/** Process, type, f and the rest, behind whatever the logger wrote before. */
const pattern = /(?:^|\s)(\d+|:nemesis)\s+:(invoke|ok|fail|info)\s+:([^\s:]\S*)(?:\s(.*))?$/;
/** An operation stands near the start of its line. */
const searchedMax = 4096;

/** Whether a line of text is one of Jepsen's log that tells of an operation. */
export function isJepsenLogLine(text: string): boolean {
  return pattern.test(text.slice(0, searchedMax));
}

/**
 * What Jepsen logs of each operation: `INFO  jepsen.util - PROCESS :TYPE :F VALUE [ERROR]`, times unknown.
 *
 * Where a completion has a keyword for its value (`:timed-out`), that is its error. Every other line of the
 * log is skipped and counted; a text of nothing else is no log.
 */
export class JepsenLogReader implements HistoryReader {
  readonly model: string | null = null;
  readonly #operations: OpLines;
  readonly #lines: Lines;
  readonly #parser = new EdnParser();
  readonly #decoder = new TextDecoder();
  #skipped = 0;

  constructor(sink: OperationSink) {
    this.#operations = new OpLines(sink);
    this.#lines = new Lines((bytes, from, to) => {
      for (let at = from; at < to; ) {
        this.#lines.line++;
        const next = nextLine(bytes, at);
        this.#take(bytes, at, textEnd(bytes, at, next));
        at = next;
      }
    });
  }

  get line(): number {
    return this.#lines.line;
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  end(): ReadSummary {
    this.#lines.end();
    const { line: lines } = this.#lines;
    if (lines > 0 && this.#skipped === lines) {
      const message = `line ${lines}: the log ends, and none of its lines was an operation`;
      throw new HistoryError(message, { line: lines });
    }
    return { lines, skipped: this.#skipped, truncatedAtLine: null, integersMax: null };
  }

  #take(bytes: Uint8Array, from: number, to: number): void {
    const text = this.#decoder.decode(bytes.subarray(from, to));
    const isOperation = isJepsenLogLine(text);
    const [, process = "", type = "", f = "", rest = ""] = isOperation
      ? (pattern.exec(text) ?? [])
      : [];
    const { line } = this.#lines;
    if (f === "") {
      this.#skipped++;
      return;
    }
    if (process === ":nemesis") {
      this.#operations.skip(NaN, line);
      return;
    }
    const { value, error } = this.#valueAndError(type, rest, excerpt(bytes, from, to));
    this.#operations.add(
      {
        type: type as keyof typeof lineTypes,
        process: Number(process),
        f,
        key: null,
        value: type === "invoke" && value === null ? undefined : value,
        error: errorOfLine(type, f, error),
        time: NaN,
        index: this.#operations.count,
        node: null,
      },
      line,
    );
  }

  #valueAndError(type: string, rest: string, line: string): { value: unknown; error: unknown } {
    const forms = this.#parse(rest, line);
    if (forms.length > 2) refuse(this.#lines.line, `expected a value and an error, got ${line}`);
    const [value, error] = forms;
    const isEnd = type === "fail" || type === "info";
    const isReason = isEnd && typeof value === "string" && value.startsWith(":");
    return isReason && error === undefined ? { value: undefined, error: value } : { value, error };
  }

  #parse(rest: string, line: string): unknown[] {
    try {
      return this.#parser.parse(rest);
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      refuse(this.#lines.line, `${cause.message} in the value of ${line}`, cause);
    }
  }
}
