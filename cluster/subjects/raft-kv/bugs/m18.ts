import type { Bug } from "../../../env/program.ts";
import type { RaftLog } from "../../../raft/log.ts";
import { type RaftRules, raftRules } from "../../../raft/rules.ts";
import type { Entry } from "../../../raft/types.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

const shared = new WeakMap<RaftLog, Entry[]>();

const shareBatch: RaftRules["batch"] = (log, first, options) => {
  const entries = shared.get(log) ?? [];
  shared.set(log, entries);
  entries.splice(0, entries.length, ...raftRules.batch(log, first, options));
  return entries;
};

/** All requests share one array of entries: the next one changes those that have not left. */
export const bug: Bug<Rules> = {
  id: "M18",
  family: "replication",
  breaks: "the entries of a request change after it was handed over",
  clientMaySee:
    "nodes that executed different entries at one index: reads differ by node, writes are lost",
  shownBy: "load, and a follower that has to catch up",
  plant: raftRule("batch", shareBatch),
};
