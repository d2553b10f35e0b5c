import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** A snapshot is installed whatever the node has executed already. */
export const bug: Bug<Rules> = {
  id: "M38",
  family: "snapshots",
  breaks: "an older snapshot takes the place of a newer state",
  clientMaySee: "an acknowledged write is lost, or a stale read",
  shownBy: "a snapshot on a slow link to a node that catches up by another way",
  plant: raftRule("isSnapshotNeeded", () => true),
};
