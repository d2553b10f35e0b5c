import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { formatHeader, formatOp, type HistoryHeader } from "porcupine-ts";
import { ClusterError } from "../cluster/errors.ts";
import type { Journal } from "./recorder.ts";

export type JournalFile = Journal & { close(): void };

/**
 * Opens `history.jsonl` and writes its header; the file must not exist yet.
 *
 * Every append is a `write(2)` that has returned: a killed orchestrator loses nothing. When the disk
 * is full the half-written line is cut off again, so the file stays readable, and `append` throws a
 * `ClusterError` (`E_DISK`).
 */
export function openJournalFile(file: string, header: HistoryHeader): JournalFile {
  const descriptor = openNew(file);
  let isOpen = true;
  let size = 0;

  function write(text: string): void {
    const bytes = Buffer.from(text, "utf8");
    let written = 0;
    try {
      // write(2) may take a part only; the rest then says why.
      while (written < bytes.length) written += writeSync(descriptor, bytes, written);
      size += written;
    } catch (cause) {
      if (written > 0) ftruncateSync(descriptor, size);
      throw diskError(file, size, cause);
    }
  }

  write(`${formatHeader(header)}\n`);
  return {
    append: (op) => write(`${formatOp(op)}\n`),
    close: () => {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
}

function openNew(file: string): number {
  try {
    return openSync(file, "wx");
  } catch (cause) {
    throw diskError(file, 0, cause);
  }
}

function diskError(file: string, size: number, cause: unknown): ClusterError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `expected to write the history to ${file}, got ${reason}; ${size} bytes are safe`;
  return new ClusterError("E_DISK", message, {}, { cause });
}
