import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** The disk keeps the term and forgets the vote of it (fig. 2, persistent state). */
export const bug: Bug<Rules> = {
  id: "M1",
  family: "elections",
  breaks: "a vote is not on disk when the reply leaves, nor later",
  clientMaySee: "an acknowledged write is lost: two leaders of one term commit different entries",
  shownBy: "two candidates of one term, and a voter that is killed and back between their requests",
  plant: raftRule("savedHardState", ({ currentTerm }) => ({ currentTerm, votedFor: null })),
};
