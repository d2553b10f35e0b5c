import type { Witness } from "../../../witness/witness.ts";

/**
 * n1 is cut off, believes to lead, and is read after its successor has written.
 */
export const witness: Witness = {
  bug: "M28",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.favour("n2");
    stage.run(200);
    stage.split(["n2", "n3"]);
    stage.leads("n2");
    stage.ok(stage.append("n2"));
    stage.settle(stage.read("n1", 300));
  },
};
