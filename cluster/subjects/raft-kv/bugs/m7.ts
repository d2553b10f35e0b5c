import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** Every AppendEntries with entries cuts the log behind them, also when nothing conflicts. */
export const bug: Bug<Rules> = {
  id: "M7",
  family: "replication",
  breaks: "a follower truncates what a later request has added",
  clientMaySee: "an acknowledged write is lost",
  shownBy: "requests that overtake each other on a slow link, then the loss of the leader",
  plant: raftRule("heldCount", () => 0),
};
