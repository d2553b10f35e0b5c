import type { Witness } from "../../../witness/witness.ts";
import { runTogether } from "./run-together.ts";

/**
 * n1 and n2 run in one term, out of each other's hearing. n3 votes for n1, is killed, and is asked
 * by n2 when it is back.
 */
export const witness: Witness = {
  bug: "M1",
  shows: "invariant",
  nodes: 3,
  play(stage) {
    runTogether(stage, "n1", "n2");
    stage.leads("n1");
    stage.kill("n3");
    stage.start("n3");
    stage.run(20);
    stage.unclog(["n2"], ["n3"]);
    stage.run(100);
  },
};
