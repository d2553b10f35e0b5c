import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** A node that believes to lead answers reads from its own state, without asking anyone. */
export const bug: Bug<Rules> = {
  id: "M28",
  family: "reads",
  breaks: "a leader serves reads without confirming that it still leads",
  clientMaySee: "a stale read: a value that was overwritten before the read began",
  shownBy: "isolate or pause the leader, write through its successor, read from the old leader",
  plant: raftRule("isReadConfirmed", () => true),
};
