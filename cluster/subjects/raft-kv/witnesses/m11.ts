import type { Witness } from "../../../witness/witness.ts";

/**
 * What n1 sent as leader arrives after n2 has led, and has acknowledged a write.
 */
export const witness: Witness = {
  bug: "M11",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(stage.append("n1"));
    stage.favour("n2");
    stage.run(200);
    stage.clog(["n1"], ["n2", "n3"]);
    stage.cut(["n2", "n3"], ["n1"]);
    stage.append("n1");
    stage.leads("n2");
    stage.ok(stage.append("n2"));
    stage.unclog(["n1"], ["n2", "n3"]);
    stage.run(50);
  },
};
