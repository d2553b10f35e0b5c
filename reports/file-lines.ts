import { open } from "node:fs/promises";
import type { TakeLine } from "./byte-lines.ts";

const chunkBytes = 2 ** 20;
/** A longer line is none that a node wrote: it is left out. */
const lineBytesMax = 16 * 2 ** 20;
const newline = 0x0a;

/**
 * Gives the lines of a file one after the other, also one that does not end with LF. Never holds more of
 * the file than a chunk and a line, so that its size does not matter. Throws what the file system does.
 */
export async function eachLine(file: string, take: TakeLine): Promise<void> {
  const handle = await open(file);
  try {
    let buffer = Buffer.allocUnsafe(chunkBytes);
    let filled = 0;
    let isTooLong = false;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
      let from = 0;
      for (;;) {
        const end = buffer.indexOf(newline, from);
        if (end < 0 || end >= filled) break;
        if (!isTooLong) take(buffer, from, end);
        isTooLong = false;
        from = end + 1;
      }
      buffer.copyWithin(0, from, filled);
      filled -= from;
      if (filled < buffer.length) continue;
      if (buffer.length < lineBytesMax) buffer = Buffer.concat([buffer], 2 * buffer.length);
      else {
        isTooLong = true;
        filled = 0;
      }
    }
    if (filled > 0 && !isTooLong) take(buffer, 0, filled);
  } finally {
    await handle.close();
  }
}
