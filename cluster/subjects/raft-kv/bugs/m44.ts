import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** A new leader changes the members at once (Ongaro, raft-dev, 2015). */
export const bug: Bug<Rules> = {
  id: "M44",
  family: "membership",
  breaks: "the members change before the leader has committed an entry of its own term",
  clientMaySee: "an acknowledged write is lost",
  shownBy: "a change that a leader began and did not finish, and another by its successor",
  plant: raftRule(
    "mayChangeMembers",
    ({ configuration, commitIndex }) => configuration.index <= commitIndex,
  ),
};
