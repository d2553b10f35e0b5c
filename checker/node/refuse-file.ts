import { createReadStream, readSync, statSync } from "node:fs";
import { HistoryError } from "../errors.ts";
import { compressionOf } from "../formats/compressed.ts";

/**
 * Throws `HistoryError` for what is no plain file, with what to do. Asked before it is opened: opening a pipe
 * would wait for whoever writes to it, and a history is read more than once.
 */
export function refuseSpecial(file: string): void {
  const stat = statSync(file);
  if (stat.isFile()) return;
  const refusal = `cannot read ${file}: expected a file, got`;
  if (stat.isDirectory()) throw new HistoryError(`${refusal} a directory`);
  const kind = stat.isFIFO() ? "a pipe" : stat.isSocket() ? "a socket" : "a device";
  throw new HistoryError(`${refusal} ${kind}: write what comes out of it to a file first`);
}

const byteOrderMark = Buffer.of(0xef, 0xbb, 0xbf);

/** The bytes of a text file, piece by piece, without a byte order mark. Throws `HistoryError` for one that is compressed. */
export async function* uncompressed(file: string): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    if (isFirst) refuseStart(chunk, file);
    yield isFirst && byteOrderMark.equals(chunk.subarray(0, 3)) ? chunk.subarray(3) : chunk;
    isFirst = false;
  }
}

/** Throws `HistoryError` for an open file that is compressed, whatever the format it is said to have. */
export function refuseCompressed(fd: number, file: string): void {
  const start = new Uint8Array(8);
  refuseStart(start.subarray(0, readSync(fd, start, 0, start.length, 0)), file);
}

function refuseStart(start: Uint8Array, file: string): void {
  const problem = compressionOf(start);
  if (problem !== null) throw new HistoryError(`${file} is ${problem}`);
}
