import { fstatSync, readSync } from "node:fs";
import { HistoryError } from "../errors.ts";
import type { ReadSummary } from "../formats/sink.ts";
import { detectFormat, formats } from "../formats.ts";
import type { Operations } from "../operations.ts";
import { OperationsBuilder } from "../operations-builder.ts";
import { IntegerValues } from "../values.ts";

const chunkBytes = 2 ** 20;

export type ReadOperations = ReadSummary & {
  readonly operations: Operations;
  readonly format: string;
  /** The model that the file names. */
  readonly model: string | null;
};

/**
 * Reads a history of any format from an open file into columns, chunk by chunk and without waiting for other
 * work. `format` is a name of `formats`, or `auto`. Throws `HistoryError`, with the line where there is one.
 */
export function readOperations(fd: number, format: string): ReadOperations {
  const { size } = fstatSync(fd);
  const chunk = new Uint8Array(chunkBytes);
  const start = readFully(fd, chunk);
  const { name, open } = format === "auto" ? detectFormat(start) : formatNamed(format);
  const builder = new OperationsBuilder();
  const reader = open(builder);
  for (let part = start; part.length > 0; part = readFully(fd, chunk)) {
    reader.push(part);
    // Columns that grow are copied: better to know early how long they will be.
    if (part === start) builder.reserve(Math.ceil((builder.count * size * 1.02) / part.length));
  }
  const summary = reader.end();
  const { integersMax } = summary;
  const values = integersMax === null ? builder.values : new IntegerValues(integersMax);
  return { ...summary, operations: builder.finish(values), format: name, model: reader.model };
}

/** The entry of `formats`. Throws `HistoryError` for a name that is none of theirs. */
export function formatNamed(name: string): (typeof formats)[string] {
  const format = formats[name];
  if (format !== undefined) return format;
  const known = ["auto", ...Object.keys(formats)].join(", ");
  throw new HistoryError(`no format "${name}", expected one of: ${known}`);
}

/** As much as the chunk holds, or all that is left of the file. */
function readFully(fd: number, chunk: Uint8Array): Uint8Array {
  let length = 0;
  while (length < chunk.length) {
    const count = readSync(fd, chunk, length, chunk.length - length, null);
    if (count === 0) break;
    length += count;
  }
  return chunk.subarray(0, length);
}
