import type { Witness } from "../../../witness/witness.ts";

/**
 * Two of five nodes go on by themselves.
 */
export const witness: Witness = {
  bug: "M16",
  shows: "anomaly",
  nodes: 5,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.favour("n3");
    stage.run(200);
    stage.split(["n1", "n2"], ["n3", "n4", "n5"]);
    stage.settle(stage.append("n1", 300));
    stage.leads("n3");
    stage.ok(stage.append("n3"));
  },
};
