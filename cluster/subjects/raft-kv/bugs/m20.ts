import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** The leader executes an entry, and answers for it, as soon as its own log has it. */
export const bug: Bug<Rules> = {
  id: "M20",
  family: "replication",
  breaks: "a leader executes and answers writes before a majority has them",
  clientMaySee: "an acknowledged write is lost, or a write that never happened is read",
  shownBy: "isolate, kill or pause the leader while clients write to it",
  plant: raftRule("executable", (raft) =>
    raft.role === "leader" ? raft.log.lastIndex : raft.commitIndex,
  ),
};
