import { readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Bug } from "../../env/program.ts";
import type { BugInfo, Subject } from "../../subject.ts";
import { openKvClient } from "../kv-client.ts";
import { probeStatus } from "../kv-status.ts";

const extension = extname(fileURLToPath(import.meta.url));

/** The versioned store of kvsrv, and exactly-once appends, replicated by Raft. */
export const subject: Subject = {
  name: "raft-kv",
  summary: "versioned key-value store replicated by Raft, reads through ReadIndex",
  nodeCounts: [3, 5, 7],
  nodesDefault: 5,
  models: {
    "versioned-kv": ["get", "put"],
    "append-list": ["append", "read"],
    mutex: ["acquire", "release"],
  },
  readsWallClock: false,
  programFile: fileURLToPath(new URL(`./program${extension}`, import.meta.url)),
  bugs: await loadBugs(fileURLToPath(new URL("./bugs/", import.meta.url))),
  openClient: openKvClient,
  status: probeStatus,
};

/** Every module of the folder is a bug: adding a file adds one. */
async function loadBugs(folder: string): Promise<BugInfo[]> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(extension) && !file.includes(".test."))
    .sort()
    .map((file) => join(folder, file));
  return Promise.all(
    files.map(async (file) => {
      const module: { bug: Bug<unknown> } = await import(pathToFileURL(file).href);
      const { id, breaks, clientMaySee, shownBy } = module.bug;
      return { id, breaks, clientMaySee, shownBy, file };
    }),
  );
}
