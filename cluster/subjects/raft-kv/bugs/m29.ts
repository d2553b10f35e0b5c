import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** A new leader takes its own commit index for the cluster's before it has committed anything. */
export const bug: Bug<Rules> = {
  id: "M29",
  family: "reads",
  breaks: "ReadIndex before an entry of the own term is committed",
  clientMaySee: "a stale read right after an election",
  shownBy: "kill or isolate leaders with clients that read from their successors at once",
  plant: raftRule("readIndex", (raft) => raft.commitIndex),
};
