import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";

export type MessageRing = {
  /** A line without its end. */
  add(line: string): void;
  flush(): void;
};

/** Of each of the two files; together some hundred thousand messages. */
export const ringFileBytesMax: number = 8 * 2 ** 20;
const pendingCharsMax = 64 * 1024;
/** What a killed node loses of it at most. */
const flushEveryMs = 50;

/** The older of the two files of a ring. */
export function olderFile(file: string): string {
  return `${file}.older`;
}

/**
 * The last lines of a node, in two files: when `file` is full it takes the place of the older one.
 *
 * Written now and then and in one piece: unlike the trace, nothing waits for it, and a killed node
 * loses the last moments. A line that cannot be written ends it without a word.
 */
export function openMessageRing(file: string, bytesMax: number = ringFileBytesMax): MessageRing {
  let handle: number | null = null;
  let bytesWritten = 0;
  let pending: string[] = [];
  let pendingChars = 0;
  let timer: NodeJS.Timeout | null = null;

  function attempt(step: () => void): void {
    try {
      step();
    } catch {
      // A node must not behave otherwise because there is no room to tell of its messages.
      if (handle !== null) closeSync(handle);
      handle = null;
    }
  }

  function open(): void {
    handle = openSync(file, "a");
    bytesWritten = fstatSync(handle).size;
  }

  function rotate(): void {
    if (handle !== null) closeSync(handle);
    handle = null;
    renameSync(file, olderFile(file));
    open();
  }

  function write(bytes: Buffer): void {
    if (handle === null) return;
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    bytesWritten += bytes.length;
    if (bytesWritten >= bytesMax) rotate();
  }

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (pending.length === 0) return;
    const bytes = Buffer.from(`${pending.join("\n")}\n`);
    pending = [];
    pendingChars = 0;
    attempt(() => write(bytes));
  }

  attempt(open);
  return {
    flush,
    add(line) {
      if (handle === null) return;
      pending.push(line);
      pendingChars += line.length;
      if (pendingChars >= pendingCharsMax) flush();
      else timer ??= setTimeout(flush, flushEveryMs).unref();
    },
  };
}
