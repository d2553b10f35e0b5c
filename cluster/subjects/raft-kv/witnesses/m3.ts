import type { Witness } from "../../../witness/witness.ts";

/** n1 leads, and its vote is gone from its disk. */
export const witness: Witness = {
  bug: "M3",
  shows: "invariant",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(stage.append("n1"));
  },
};
