import type { Witness } from "../../../witness/witness.ts";

/**
 * Requests arrive twice at n2, the second time after later ones; n3 has none of them. Then n1 is gone.
 */
export const witness: Witness = {
  bug: "M7",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.cut(["n1"], ["n3"]);
    stage.shape(["n1"], ["n2"], { duplicatePermille: 1000, delayMaxMs: 40 });
    for (let round = 0; round < 3; round++) stage.settle(stage.append("n1", 300));
    stage.run(100);
    stage.kill("n1");
    stage.join();
    stage.ok(stage.append(stage.leader()));
  },
};
