import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** AppendEntries of a leader that was deposed are taken as if it led. */
export const bug: Bug<Rules> = {
  id: "M11",
  family: "elections",
  breaks: "an AppendEntries of an earlier term is accepted",
  clientMaySee: "an acknowledged write is overwritten by one that failed or is unknown",
  shownBy: "pause or isolate the leader with clients at it, write elsewhere, and bring it back",
  plant: raftRule("isDeposed", () => false),
};
