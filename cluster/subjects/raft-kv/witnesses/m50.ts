import type { Witness } from "../../../witness/witness.ts";

/**
 * All start at once.
 */
export const witness: Witness = {
  bug: "M50",
  shows: "liveness",
  nodes: 5,
  play(stage) {
    stage.run(1);
  },
};
