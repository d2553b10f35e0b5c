import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** The disk keeps neither term nor vote: a node starts in term 0, whatever its log says. */
export const bug: Bug<Rules> = {
  id: "M2",
  family: "elections",
  breaks: "the current term is not on disk",
  clientMaySee:
    "an acknowledged write is lost: a term is led twice, or a later entry has an earlier term",
  shownBy: "kill a majority while one node stays cut off, write, then join it again",
  plant: raftRule("savedHardState", () => ({ currentTerm: 0, votedFor: null })),
};
