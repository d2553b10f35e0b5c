import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judgeOwner, type Owner, ownSelf, processStartTime } from "../owner.ts";

const prefix = "whitewater-process-";
const ownerFile = "owner.json";

/**
 * Makes a temporary folder that says whose it is, so that a later start can tell those of the dead.
 */
export async function createWorkspace(): Promise<string> {
  const unnamed = await mkdtemp(join(tmpdir(), "whitewater-new-"));
  await writeFile(join(unnamed, ownerFile), JSON.stringify(ownSelf()));
  // Under its final name only with the owner in it: no other start sees one without.
  const workspace = unnamed.replace("whitewater-new-", prefix);
  await rename(unnamed, workspace);
  return workspace;
}

/** Removes the folders of orchestrators that have ended; never one of a living orchestrator. */
export async function removeDeadWorkspaces(): Promise<void> {
  const self = ownSelf();
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(tmpdir(), name);
    const owner = await readOwner(join(folder, ownerFile));
    if (owner !== null && judgeOwner(owner, self, processStartTime) === "gone") {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function readOwner(file: string): Promise<Owner | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Owner;
  } catch {
    // Not ours to judge: removed meanwhile, or unreadable.
    return null;
  }
}
