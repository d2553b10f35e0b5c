import { mkdir, open, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { olderFile } from "../env/message-ring.ts";

/** Writes `readTail` of one file to another, whose folder is made. */
export async function copyTail(from: string, to: string, bytesMax: number): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, await readTail(from, bytesMax));
}

/** Writes what the two files of a message ring hold into one, whose folder is made. */
export async function copyRing(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const parts = [olderFile(from), from].map((file) => readTail(file, Number.POSITIVE_INFINITY));
  await writeFile(to, Buffer.concat(await Promise.all(parts)));
}

/** The end of a file, from a line's start, at most `bytesMax`; empty when there is no file. */
export async function readTail(path: string, bytesMax: number): Promise<Buffer> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path);
  } catch {
    // The node never came to write one.
    return Buffer.alloc(0);
  }
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - bytesMax);
    const bytes = Buffer.alloc(size - start);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    const firstLineAt = start === 0 ? 0 : bytes.indexOf("\n") + 1;
    return bytes.subarray(firstLineAt, bytesRead);
  } finally {
    await file.close();
  }
}
