import { HistoryError } from "../errors.ts";
import { canonicalJson, isObject } from "../json.ts";
import { textOfUtf8 } from "../utf8.ts";
import { EdnForms } from "./edn-forms.ts";
import { EdnParser } from "./edn-parser.ts";
import { excerpt } from "./excerpt.ts";
import { lineTypes, refuse } from "./journal.ts";
import { errorOfLine, OpLines } from "./op-lines.ts";
import type { HistoryReader, OperationSink, ReadSummary } from "./sink.ts";

/** Where the keys are: in a field of their own, in pairs `[key value]`, or nowhere. */
type KeyPlace = "field" | "pair" | "nowhere";
type Fields = Readonly<Record<string, unknown>>;

/**
 * Jepsen's history.edn: one map an operation, one after another or in one big vector. Fields: `:type`,
 * `:process`, `:f`, and where they are known `:value :error :time :index :key :node`.
 *
 * Independent keys are a `:key`, or `[key value]` as `:value` of every invocation (as Jepsen writes it,
 * tagged or not): the first one decides. A cas is `[from to]`, so with a key it is `[key [from to]]`.
 * Lines whose process is `:nemesis` (or another keyword) are events without an operation.
 */
export class EdnReader implements HistoryReader {
  readonly model: string | null = null;
  readonly #lines: OpLines;
  readonly #forms: EdnForms;
  readonly #parser = new EdnParser();
  #keyPlace: KeyPlace | null;
  /** Whether the keys of this history are strings: `"1"` and `1` must not become one key. */
  #hasTextKeys: boolean | null = null;

  /** With `keyPlace` where the format says it. */
  constructor(sink: OperationSink, keyPlace: KeyPlace | null = null) {
    this.#lines = new OpLines(sink);
    this.#keyPlace = keyPlace;
    this.#forms = new EdnForms((bytes, from, to, line) => {
      try {
        this.#take(this.#parse(bytes, from, to, line), line);
      } catch (cause) {
        if (!(cause instanceof RangeError || cause instanceof HistoryError)) throw cause;
        if (cause instanceof HistoryError && cause.details.line !== undefined) throw cause;
        refuse(line, cause.message, cause);
      }
    });
  }

  get line(): number {
    return this.#forms.formLine;
  }

  push(chunk: Uint8Array): void {
    this.#forms.push(chunk);
  }

  end(): ReadSummary {
    this.#forms.end();
    return { lines: this.#forms.lines, skipped: 0, truncatedAtLine: null, integersMax: null };
  }

  #parse(bytes: Uint8Array, from: number, to: number, line: number): Fields {
    try {
      const [fields] = this.#parser.parse(textOfUtf8(bytes.subarray(from, to)));
      if (isObject(fields)) return fields;
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      refuse(line, `is not EDN: ${cause.message}, in ${excerpt(bytes, from, to)}`, cause);
    }
    refuse(line, `expected a map, got ${excerpt(bytes, from, to)}`);
  }

  #take(fields: Fields, line: number): void {
    const type = nameOf(fields["type"]);
    if (!(type in lineTypes)) {
      refuse(line, `expected :invoke, :ok, :fail or :info as :type, got ${shown(fields["type"])}`);
    }
    const time = fields["time"] ?? NaN;
    if (typeof time !== "number") refuse(line, `expected a number as :time, got ${shown(time)}`);
    const process = fields["process"];
    if (typeof process === "string" && process.startsWith(":")) {
      this.#lines.skip(time, line);
      return;
    }
    if (!isCount(process)) {
      refuse(line, `expected an integer from 0 or :nemesis as :process, got ${shown(process)}`);
    }
    const f = nameOf(fields["f"]);
    if (f === "") refuse(line, `expected a keyword as :f, got ${shown(fields["f"])}`);
    const index = fields["index"] ?? this.#lines.count;
    if (!isCount(index)) refuse(line, `expected an integer from 0 as :index, got ${shown(index)}`);
    const isInvoke = type === "invoke";
    const { key, value } = this.#keyAndValue(f, fields, isInvoke, line);
    this.#lines.add(
      {
        type: type as keyof typeof lineTypes,
        ...{ process, f, time, index },
        key: key === undefined ? null : this.#keyName(key, line),
        // The argument of a read: Jepsen writes nil for none.
        value: isInvoke && value === null ? undefined : value,
        error: errorOfLine(type, f, fields["error"]),
        node: fields["node"] === undefined ? null : nameOf(fields["node"]),
      },
      line,
    );
  }

  #keyAndValue(
    f: string,
    fields: Fields,
    isInvoke: boolean,
    line: number,
  ): { key: unknown; value: unknown } {
    const value = fields["value"];
    this.#keyPlace ??= this.#findKey(f, fields);
    if (this.#keyPlace === "field") {
      const key = fields["key"];
      if (isInvoke && (key === undefined || key === null))
        refuse(line, "expected a :key, got none");
      return { key: key ?? undefined, value };
    }
    const isPair = Array.isArray(value) && value.length === 2;
    const isTuple = isPair && this.#parser.tuples.has(value);
    if (this.#keyPlace === "nowhere") {
      if (isTuple) refuse(line, "expected no key as in the first operation, got a tuple");
      return { key: undefined, value };
    }
    if (isPair) return { key: value[0], value: value[1] };
    // A completion may say nothing of it.
    if (!isInvoke) return { key: undefined, value };
    refuse(line, `expected [key value] as in the first operation, got ${shown(value)}`);
  }

  /** Where the first operation has its key. */
  #findKey(f: string, { key, value }: Fields): KeyPlace {
    if (key !== undefined) return "field";
    if (!Array.isArray(value) || value.length !== 2) return "nowhere";
    if (this.#parser.tuples.has(value)) return "pair";
    const [first, second] = value;
    if (Array.isArray(first)) return "nowhere";
    return f !== "cas" || (Array.isArray(second) && second.length === 2) ? "pair" : "nowhere";
  }

  #keyName(key: unknown, line: number): string {
    const isText = typeof key === "string";
    this.#hasTextKeys ??= isText;
    if (this.#hasTextKeys !== isText) {
      refuse(line, `expected keys of one type, strings or others, got ${shown(key)}`);
    }
    return isText ? key : canonicalJson(key);
  }
}

/** The name of a keyword, or a string; "" for everything else. */
function nameOf(value: unknown): string {
  return typeof value === "string" ? value.replace(/^:/, "") : "";
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : canonicalJson(value).slice(0, 80);
}
