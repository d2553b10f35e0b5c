import type { Witness } from "../../../witness/witness.ts";
import { killAmidSnapshots } from "./kill-amid-snapshots.ts";

/**
 * n2 is killed in the middle of a compaction; its disk is slow.
 */
export const witness: Witness = {
  bug: "M42",
  shows: "exit",
  nodes: 3,
  options: { snapshotEntriesMax: 5 },
  play(stage) {
    killAmidSnapshots(stage);
  },
};
