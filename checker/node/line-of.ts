import { readSync } from "node:fs";
import type { HistoryReader, OperationSink, SinkEvent } from "../formats/sink.ts";
import { Names } from "../names.ts";
import { PassingValues } from "../streaming/passing-values.ts";
import { formatNamed } from "./read-operations.ts";

const chunkBytes = 2 ** 20;

/**
 * The line at which the event with this `index` stands, by reading the file again: columns have no room for
 * lines, which only an error asks for. Null when it is not there. Throws `HistoryError` as the reader does.
 */
export function lineOf(fd: number, format: string, index: number): number | null {
  const sink = new LineSink(index, () => reader.line);
  const reader: HistoryReader = formatNamed(format).open(sink);
  const chunk = new Uint8Array(chunkBytes);
  for (let position = 0; sink.found === null; ) {
    const length = readSync(fd, chunk, 0, chunk.length, position);
    if (length === 0) break;
    reader.push(chunk.subarray(0, length));
    position += length;
  }
  if (sink.found === null) reader.end();
  return sink.found;
}

/** Keeps nothing but where one event was. */
class LineSink implements OperationSink {
  readonly functions: Names = new Names(255);
  readonly keys: Names = new Names(2 ** 31 - 1);
  readonly errors: Names = new Names(255, [""]);
  readonly nodes: Names = new Names(2 ** 15 - 1);
  readonly values: PassingValues = new PassingValues();
  found: number | null = null;
  readonly #index: number;
  readonly #currentLine: () => number;

  constructor(index: number, currentLine: () => number) {
    this.#index = index;
    this.#currentLine = currentLine;
  }

  onCall({ index }: SinkEvent): number {
    this.#look(index);
    return 0;
  }

  onReturn(_operation: number, { index }: SinkEvent): void {
    this.#look(index);
  }

  #look(index: number): void {
    if (index === this.#index) this.found ??= this.#currentLine();
  }
}
