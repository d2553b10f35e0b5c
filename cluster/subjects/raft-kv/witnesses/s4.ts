import type { Witness } from "../../../witness/witness.ts";
import { runTogether } from "./run-together.ts";

/**
 * n1 and n2 run in one term. n2 loses, and hears from n1 before its next timeout.
 */
export const witness: Witness = {
  bug: "S4",
  shows: "invariant",
  nodes: 3,
  play(stage) {
    runTogether(stage, "n1", "n2");
    stage.leads("n1");
    stage.join();
    stage.run(200);
  },
};
