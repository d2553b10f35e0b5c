import type { Witness } from "../../../witness/witness.ts";

/**
 * All restart. The new leader's disk is slow: it is read before it has committed anything.
 */
export const witness: Witness = {
  bug: "M27",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(stage.append("n1"));
    stage.kill(...stage.nodes);
    stage.start(...stage.nodes);
    stage.disk("n1", { slowMs: 150 });
    stage.leads("n1");
    stage.cut(["n1"], ["n3"]);
    stage.settle(stage.read("n1"));
  },
};
