import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** A leader that is elected again believes what it knew of its followers when it led before. */
export const bug: Bug<Rules> = {
  id: "M14",
  family: "replication",
  breaks: "`matchIndex` is not reset on election",
  clientMaySee: "an acknowledged write is lost, or a follower is never caught up",
  shownBy: "a leader is cut off, its followers are overwritten, and it leads again",
  plant: raftRule("initialMatch", (before) => before?.matchIndex ?? 0),
};
