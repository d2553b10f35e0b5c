import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { loadBugs } from "../../bugs.ts";
import type { Subject } from "../../subject.ts";
import { openKvClient } from "../kv-client.ts";
import { type ClientRules, clientRules } from "../kv-rules.ts";
import { probeStatus } from "../kv-status.ts";

const extension = extname(fileURLToPath(import.meta.url));

/** A single versioned key-value server in memory: linearizable as long as it is never killed. */
export const subject: Subject = {
  name: "kvsrv",
  summary: "one server, in memory, conditional puts by version",
  nodeCounts: [1],
  nodesDefault: 1,
  models: {
    "versioned-kv": ["get", "put"],
    mutex: ["acquire", "release"],
    "fenced-lock": ["acquire", "release", "write", "read"],
  },
  readsWallClock: false,
  tracesRaft: false,
  programFile: fileURLToPath(new URL(`./program${extension}`, import.meta.url)),
  bugs: await loadBugs<ClientRules>(
    fileURLToPath(new URL("./bugs/", import.meta.url)),
    (plantClient) => (model, context) => openKvClient(model, context, plantClient(clientRules)),
  ),
  options: {},
  findOptionProblem: () => null,
  openClient: openKvClient,
  status: probeStatus,
  order: null,
};
