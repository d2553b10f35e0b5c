import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** A learner counts like a voter when a leader looks for a majority (thesis §4.2.1). */
export const bug: Bug<Rules> = {
  id: "M47",
  family: "membership",
  breaks: "what a learner holds counts towards the majority of the voters",
  clientMaySee: "an acknowledged write is lost",
  shownBy: "learners beside a leader that is cut off from the other voters",
  plant: raftRule(
    "isCounted",
    ({ voters, learners }, node) => voters.includes(node) || learners.includes(node),
  ),
};
