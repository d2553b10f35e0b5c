import type { Witness } from "../../../witness/witness.ts";

/**
 * n3 catches up while clients write.
 */
export const witness: Witness = {
  bug: "M18",
  shows: "invariant",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.split(["n1", "n2"]);
    for (let count = 0; count < 5; count++) stage.ok(stage.append("n1"));
    stage.join();
    for (let count = 0; count < 100; count++) {
      stage.append("n1");
      stage.run(1);
    }
  },
};
