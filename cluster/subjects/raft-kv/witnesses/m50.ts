import type { Witness } from "../../../witness/witness.ts";

/** One node of five is down, and stays down. */
export const witness: Witness = {
  bug: "M50",
  shows: "liveness",
  nodes: 5,
  play(stage) {
    stage.ok(stage.append(stage.leader()));
    stage.leaveOut("n5");
    stage.run(2000);
  },
};
