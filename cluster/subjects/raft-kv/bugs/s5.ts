import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** A node writes its own term on a snapshot, not that of the last entry in it. */
export const bug: Bug<Rules> = {
  id: "S5",
  family: "snapshots",
  breaks: "a snapshot says that it ends in the node's current term",
  clientMaySee: "an acknowledged write is lost after a candidate with only a snapshot has won",
  shownBy: "nodes that catch up and compact their logs after an election",
  plant: raftRule("lastIncludedTerm", (raft) => raft.currentTerm),
};
