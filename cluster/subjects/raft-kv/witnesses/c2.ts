import type { Witness } from "../../../witness/witness.ts";

/** One client after the other appends. */
export const witness: Witness = {
  bug: "C2",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(stage.append("n1"));
    stage.ok(stage.append("n1"));
    stage.ok(stage.read("n1"));
  },
};
