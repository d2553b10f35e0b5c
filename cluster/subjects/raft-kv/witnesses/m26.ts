import type { Witness } from "../../../witness/witness.ts";

/**
 * n1 is cut off with a write that nobody else has, and restarts.
 */
export const witness: Witness = {
  bug: "M26",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.favour("n2");
    stage.run(200);
    stage.split(["n2", "n3"]);
    stage.append("n1");
    stage.leads("n2");
    stage.ok(stage.append("n2"));
    stage.kill("n1");
    stage.start("n1");
    stage.favour("n1");
    stage.run(50);
    stage.join();
    stage.run(300);
    stage.kill("n2");
    stage.leads("n1");
    stage.ok(stage.append("n1"), stage.read("n1"));
  },
};
