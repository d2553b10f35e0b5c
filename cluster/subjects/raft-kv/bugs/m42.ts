import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** The log is cut before the snapshot that holds what was cut is on disk. */
export const bug: Bug<Rules> = {
  id: "M42",
  family: "snapshots",
  breaks: "the log is replaced before the snapshot",
  clientMaySee: "nothing but a node that cannot start again; with a majority of them, no answers",
  shownBy: "a crash between the two",
  plant: raftRule("compactionOrder", () => ["log", "snapshot"]),
};
