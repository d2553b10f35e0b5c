import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** A node that starts takes all of its log for committed, and executes it. */
export const bug: Bug<Rules> = {
  id: "M26",
  family: "persistence",
  breaks: "entries are executed at a restart that were never committed",
  clientMaySee: "a write that failed or is unknown is read, and then not; nodes differ for ever",
  shownBy: "kill a leader that has entries nobody else has, and start it again",
  plant: raftRule("initialCommit", (log) => log.lastIndex),
};
