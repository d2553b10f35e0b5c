import type { Witness } from "../../../witness/witness.ts";

/**
 * Answers take 400 ms to n1. It is cut off, one way, and read by its lease when n2 has written.
 */
export const witness: Witness = {
  bug: "M31",
  shows: "anomaly",
  nodes: 3,
  options: { leaseReads: true },
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.favour("n2");
    stage.shape(["n2", "n3"], ["n1"], { delayMinMs: 400, delayMaxMs: 400 });
    stage.run(1100);
    stage.cut(["n1"], ["n2", "n3"]);
    stage.leads("n2");
    stage.ok(stage.append("n2"));
    stage.settle(stage.read("n1", 200));
  },
};
