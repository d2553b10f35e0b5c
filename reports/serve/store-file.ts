import { constants } from "node:fs";
import { type FileHandle, open, readdir, realpath } from "node:fs/promises";
import { join, sep } from "node:path";

/** A file of the store that may be given away. The caller closes it. */
export type StoreFile = { readonly handle: FileHandle; readonly size: number };

/**
 * The real path of what these names lead to; null where that does not exist or, by way of a link, lies
 * outside of the store.
 */
export async function resolveInStore(
  store: string,
  names: readonly string[],
): Promise<string | null> {
  try {
    const root = await realpath(store);
    const real = await realpath(join(root, ...names));
    if (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep)) return null;
    // A link inside the store must not lead to what is hidden either.
    const below = real.slice(root.length).split(sep);
    return below.some((name) => name.startsWith(".")) ? null : real;
  } catch {
    return null;
  }
}

/** Opens a plain file; null for anything else, a pipe or a device included. */
export async function openStoreFile(
  store: string,
  names: readonly string[],
): Promise<StoreFile | null> {
  const real = await resolveInStore(store, names);
  if (real === null) return null;
  try {
    // Not followed any further, and never waited for: it may have changed since it was looked at.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const handle = await open(real, flags);
    const stat = await handle.stat();
    if (stat.isFile()) return { handle, size: stat.size };
    await handle.close();
    return null;
  } catch {
    return null;
  }
}

/**
 * Whether all that lies in a folder are folders and plain files: what is read there to make a page of it
 * cannot come from outside of the store, nor what is written go there.
 */
export async function isPlainFolder(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.every((entry) => entry.isFile() || entry.isDirectory());
}
