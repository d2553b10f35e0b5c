import type { Witness } from "../../../witness/witness.ts";

/**
 * n1 leads alone, and acknowledges.
 */
export const witness: Witness = {
  bug: "M20",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.favour("n2");
    stage.run(200);
    stage.split(["n2", "n3"]);
    stage.settle(stage.append("n1", 300));
    stage.leads("n2");
    stage.ok(stage.append("n2"));
  },
};
