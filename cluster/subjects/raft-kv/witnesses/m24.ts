import type { Witness } from "../../../witness/witness.ts";
import { killAmidSnapshots } from "./kill-amid-snapshots.ts";

/**
 * n2 is killed in the middle of a snapshot, its disk being slow, and leads when n1 is gone.
 */
export const witness: Witness = {
  bug: "M24",
  shows: "anomaly",
  nodes: 3,
  options: { snapshotEntriesMax: 5 },
  play(stage) {
    killAmidSnapshots(stage);
    stage.disk("n2", null);
    stage.favour("n2");
    stage.run(1000);
    stage.kill("n1");
    stage.ok(stage.read(stage.leader()));
  },
};
