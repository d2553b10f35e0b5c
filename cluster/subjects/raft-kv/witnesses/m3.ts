import type { Witness } from "../../../witness/witness.ts";
import { runTogether } from "./run-together.ts";

/**
 * n1 and n2 run in one term. n1 wins by the vote of n3, and only then gets n2's request.
 */
export const witness: Witness = {
  bug: "M3",
  shows: "invariant",
  nodes: 3,
  play(stage) {
    stage.clog(["n2"], ["n1"]);
    runTogether(stage, "n1", "n2");
    stage.leads("n1");
    stage.join();
    stage.unclog(["n2"], ["n1"]);
    stage.run(100);
  },
};
