import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { loadBugs } from "../../bugs.ts";
import type { Subject } from "../../subject.ts";
import { openKvClient } from "../kv-client.ts";
import { giveKvOrder } from "../kv-order.ts";
import { type ClientRules, clientRules } from "../kv-rules.ts";
import { probeStatus } from "../kv-status.ts";
import { findOptionProblem, optionSchemas } from "./options.ts";

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
    "fenced-lock": ["acquire", "release", "write", "read"],
  },
  readsWallClock: false,
  tracesRaft: true,
  programFile: fileURLToPath(new URL(`./program${extension}`, import.meta.url)),
  bugs: await loadBugs<ClientRules>(
    fileURLToPath(new URL("./bugs/", import.meta.url)),
    (plantClient) => (model, context) => openKvClient(model, context, plantClient(clientRules)),
  ),
  options: optionSchemas,
  findOptionProblem,
  openClient: openKvClient,
  status: probeStatus,
  order: giveKvOrder,
};
