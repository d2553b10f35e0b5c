import type { Witness } from "../../../witness/witness.ts";
import { growTail } from "./grow-tail.ts";

/**
 * n1 has a long tail of its own. n2 has committed less, and made a snapshot of it.
 */
export const witness: Witness = {
  bug: "M40",
  shows: "invariant",
  nodes: 3,
  options: { snapshotEntriesMax: 5, inflightMax: 20 },
  play(stage) {
    growTail(stage, { uncommitted: 30, committed: 14 });
    stage.join();
    stage.run(1000);
  },
};
