import type { Witness } from "../../../witness/witness.ts";

/**
 * n2 leads before it knows that the last write is committed, and is read at once.
 */
export const witness: Witness = {
  bug: "M29",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.favour("n2");
    stage.run(200);
    stage.ok(stage.append("n1"));
    stage.split(["n2", "n3"]);
    stage.disk("n2", { slowMs: 150 });
    stage.leads("n2");
    stage.settle(stage.read("n2"));
  },
};
