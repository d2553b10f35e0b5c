import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** An answer of a follower counts for all that was sent to it, also for what was lost. */
export const bug: Bug<Rules> = {
  id: "M13",
  family: "replication",
  breaks: "a leader takes what it has sent for what has arrived",
  clientMaySee: "an acknowledged write is lost",
  shownBy: "a link that loses messages under load, then the loss of the leader",
  plant: raftRule("matchAfter", ({ matchIndex, nextIndex }) => Math.max(matchIndex, nextIndex - 1)),
};
