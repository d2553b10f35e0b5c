import { readSync, statSync } from "node:fs";
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

/** Throws `HistoryError` for an open file that is compressed, whatever the format it is said to have. */
export function refuseCompressed(fd: number, file: string): void {
  const start = new Uint8Array(8);
  const problem = compressionOf(start.subarray(0, readSync(fd, start, 0, start.length, 0)));
  if (problem !== null) throw new HistoryError(`${file} is ${problem}`);
}
