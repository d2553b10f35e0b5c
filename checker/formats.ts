import { HistoryError } from "./errors.ts";
import { compressionOf } from "./formats/compressed.ts";
import { EdnReader } from "./formats/edn.ts";
import { excerpt } from "./formats/excerpt.ts";
import { Hist1Reader, parseHist1Header } from "./formats/hist1.ts";
import { isJepsenLogLine, JepsenLogReader } from "./formats/jepsen-log.ts";
import { JsonLinesReader } from "./formats/json-lines.ts";
import type { HistoryReader, OperationSink } from "./formats/sink.ts";

/** A form in which a file holds a history. */
export type Format = {
  readonly name: string;
  readonly summary: string;
  /** Whether a file begins like this; `lines` are its first ones, the last perhaps cut off. */
  isLike(lines: readonly string[]): boolean;
  open(sink: OperationSink): HistoryReader;
};

const kvLine = /^\s*\{(?=.*:key\s)(?!.*:(?:time|index)\s)(?=.*:process\s)/;

// The first that fits is taken.
const list: readonly Format[] = [
  {
    name: "jsonl",
    summary: "JSON lines of Whitewater: a header, then one op a line",
    isLike: ([first = ""]) => /^\s*\{\s*"/.test(first),
    open: (sink) => new JsonLinesReader(sink),
  },
  {
    name: "hist1",
    summary: 'the history generator: #{"format":"hist1",...}, then ten integers a line',
    isLike: ([first = ""]) => parseHist1Header(first) !== null,
    open: (sink) => new Hist1Reader(sink),
  },
  {
    name: "kv",
    summary: "key-value text of Porcupine: {:process 0, :type :invoke, :f :get, :key ...} a line",
    isLike: ([first = ""]) => kvLine.test(first),
    open: (sink) => new EdnReader(sink, "field"),
  },
  {
    name: "edn",
    summary: "Jepsen's history.edn: {:type :invoke, :f :read, :process 0, ...}",
    isLike: (lines) => {
      const first = lines.find((line) => !/^\s*(?:;.*)?$/.test(line)) ?? "";
      return /^[\s[(]*(?:#[\w./]+\s*)?\{\s*:/.test(first) || /^\s*[[(]\s*[\])]?\s*$/.test(first);
    },
    open: (sink) => new EdnReader(sink),
  },
  {
    name: "jepsen-log",
    summary: "Jepsen's log: ... jepsen.util - 0 :invoke :write 4",
    isLike: (lines) => lines.some(isJepsenLogLine),
    open: (sink) => new JepsenLogReader(sink),
  },
];

/** Every format by its name. */
export const formats: Readonly<Record<string, Format>> = Object.fromEntries(
  list.map((format) => [format.name, format]),
);

/**
 * The format of a file by its first bytes (64 KiB tell enough). Throws `HistoryError` with the list of all
 * formats when it is like none of them, and for a compressed file.
 */
export function detectFormat(start: Uint8Array): Format {
  const lines = new TextDecoder().decode(start).split(/\r?\n/);
  const packed = compressionOf(start);
  if (packed !== null) throw new HistoryError(`line 1: the file is ${packed}`, { line: 1 });
  const format = list.find(({ isLike }) => isLike(lines));
  if (format !== undefined) return format;
  const end = start.indexOf(0x0a);
  const got =
    start.length === 0 ? "an empty file" : excerpt(start, 0, end === -1 ? start.length : end);
  const known = list.map(({ name, summary }) => `\n  ${name.padEnd(10)}  ${summary}`);
  throw new HistoryError(`line 1: expected one of these formats, got ${got}${known.join("")}`, {
    line: 1,
  });
}
