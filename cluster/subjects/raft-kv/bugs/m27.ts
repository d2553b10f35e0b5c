import type { Bug } from "../../../env/program.ts";
import { raftRules } from "../../../raft/rules.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** A leader that has committed nothing since it started serves reads from what it has. */
export const bug: Bug<Rules> = {
  id: "M27",
  family: "reads",
  breaks: "the commit index of a restart is trusted by reads",
  clientMaySee: "a stale read, or the empty store, right after a restart",
  shownBy: "kill all nodes and start them while clients read",
  plant: raftRule("readIndex", (raft) =>
    raft.commitIndex === raft.rules.initialCommit(raft.log)
      ? raft.commitIndex
      : raftRules.readIndex(raft),
  ),
};
