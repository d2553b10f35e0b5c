import type { Witness } from "../../../witness/witness.ts";
import { growTail } from "./grow-tail.ts";

/**
 * n1 has a tail of its own, shorter than what n2 has written when n1 hears from it again.
 */
export const witness: Witness = {
  bug: "M9",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    growTail(stage, { uncommitted: 2, committed: 5 });
    stage.favour("n1");
    stage.join();
    stage.run(300);
    stage.split(["n1", "n3"]);
    stage.run(3000);
    stage.read(stage.leader());
    stage.run(100);
  },
};
