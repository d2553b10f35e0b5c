import { constants } from "node:fs";
import { open } from "node:fs/promises";

/**
 * The text of a plain file of at most `bytesMax` bytes; null for anything else: nothing there, a link
 * (which may lead out of a store), a pipe or a device (which would be waited for), or one that is too large.
 */
export async function readPlain(file: string, bytesMax: number): Promise<string | null> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file, flags).catch(() => null);
  if (handle === null) return null;
  try {
    const stat = await handle.stat();
    return stat.isFile() && stat.size <= bytesMax ? await handle.readFile("utf8") : null;
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}
