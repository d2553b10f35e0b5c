import { closeSync, openSync, readSync } from "node:fs";
import type { CheckResult } from "../checker.ts";
import type { HistoryReader, OperationSink, SinkEvent } from "../formats/sink.ts";
import { detectFormat } from "../formats.ts";
import { tellOpen } from "../linearizability/progress.ts";
import type { Model } from "../model.ts";
import { forms, type Operations } from "../operations.ts";
import { OperationsBuilder } from "../operations-builder.ts";
import { plural } from "../plural.ts";
import { PassingValues } from "../streaming/passing-values.ts";
import { HistoryStream } from "../streaming/stream.ts";
import { StreamSink } from "../streaming/stream-sink.ts";
import { IntegerValues } from "../values.ts";
import { formatNamed } from "./read-operations.ts";

/** Above so many bytes a history is judged while it is read: its columns would take as much again. */
export const largeBytes: number = 192 * 2 ** 20;

const chunkBytes = 2 ** 20;
/** A number that no builder gives out. */
const ignored = 2 ** 30;

export type LargeHistory = {
  readonly result: CheckResult;
  readonly format: string;
  readonly model: string;
  /** Null when it was not read to the end. */
  readonly lines: number | null;
  readonly skipped: number;
  readonly truncatedAtLine: number | null;
};

export type LargeInput = {
  readonly file: string;
  /** A name of `formats`, or `auto`. */
  readonly format: string;
  /** Given what the file names, and its format. */
  readonly chooseModel: (named: string | null, format: string) => Model;
  /** Asked once a piece; true ends it with `unknown`. */
  readonly shouldStop: () => boolean;
};

/** Judges a history while it is read, in bounded memory, see `HistoryStream`. Throws as `checkFile` does. */
export function checkLarge({ file, format, chooseModel, shouldStop }: LargeInput): LargeHistory {
  const source = openSource(file, format);
  const { name } = source;
  try {
    const createStream = (): HistoryStream => new HistoryStream(chooseModel(reader.model, name));
    const sink: StreamSink = new StreamSink({ createStream, isWholeRows: name === "hist1" });
    const reader: HistoryReader = source.open(sink);
    const isWhole = source.feed(reader, shouldStop);
    const { lines, skipped, truncatedAtLine } = isWhole ? reader.end() : unread;
    if (isWhole) sink.end();
    const stream = sink.stream ?? createStream();
    const isKnown = isWhole || stream.anomalies.length > 0;
    const result = isKnown ? stream.finish() : outOfTime(stream);
    return { result, format: name, model: stream.model.name, lines, skipped, truncatedAtLine };
  } finally {
    source.close();
  }
}

const unread = { lines: null, skipped: 0, truncatedAtLine: null };

function outOfTime({ operations, underWay: { open, openCount } }: HistoryStream): CheckResult {
  const far = `time ran out after ${plural(operations, "operation")}, with none that cannot be ordered`;
  const summary = openCount === 0 ? far : `${far}; open: ${tellOpen(open, openCount)}`;
  return { verdict: "unknown", summary, anomalies: [] };
}

/** The operations of one key (undefined: all of them) as columns; null when there are more than `most`. */
export function readKey(
  file: string,
  format: string,
  key: string | undefined,
  most: number,
): Operations | null {
  const source = openSource(file, format);
  try {
    const sink = new KeySink(key, source.name === "hist1");
    const { builder } = sink;
    const reader = source.open(sink);
    if (!source.feed(reader, () => builder.count > most)) return null;
    const { integersMax } = reader.end();
    return builder.finish(integersMax === null ? builder.values : new IntegerValues(integersMax));
  } finally {
    source.close();
  }
}

type Source = {
  readonly name: string;
  open(sink: OperationSink): HistoryReader;
  /** False when it was stopped before the end. */
  feed(reader: HistoryReader, shouldStop: () => boolean): boolean;
  close(): void;
};

function openSource(file: string, format: string): Source {
  const fd = openSync(file, "r");
  const chunk = new Uint8Array(chunkBytes);
  let length = readSync(fd, chunk);
  const { name, open } =
    format === "auto" ? detectFormat(chunk.subarray(0, length)) : formatNamed(format);
  return {
    name,
    open,
    feed: (reader, shouldStop) => {
      for (; length > 0; length = readSync(fd, chunk)) {
        reader.push(chunk.subarray(0, length));
        if (shouldStop()) return false;
      }
      return true;
    },
    close: () => closeSync(fd),
  };
}

/** Columns of one key only; the values of the others leave no trace. */
class KeySink implements OperationSink {
  readonly builder: OperationsBuilder = new OperationsBuilder();
  readonly functions: OperationsBuilder["functions"] = this.builder.functions;
  readonly keys: OperationsBuilder["keys"] = this.builder.keys;
  readonly errors: OperationsBuilder["errors"] = this.builder.errors;
  readonly nodes: OperationsBuilder["nodes"] = this.builder.nodes;
  readonly values: PassingValues = new PassingValues();
  readonly #key: string | undefined;
  readonly #isInteger: boolean;

  constructor(key: string | undefined, isInteger: boolean) {
    this.#key = key;
    this.#isInteger = isInteger;
  }

  onCall(event: SinkEvent): number {
    if (this.#key !== undefined && this.keys.list[event.key] !== this.#key) return ignored;
    this.#keep(event);
    return this.builder.onCall(event);
  }

  onReturn(row: number, event: SinkEvent): void {
    if (row === ignored) return;
    this.#keep(event);
    this.builder.onReturn(row, event);
  }

  /** Gives the event's values numbers that last. */
  #keep(event: SinkEvent): void {
    if (this.#isInteger || event.form === forms.none) return;
    const { values } = this.builder;
    event.a = values.internText(this.values.text(event.a));
    if (event.form === forms.pair) event.b = values.internText(this.values.text(event.b));
  }
}
