import type { Witness } from "../../../witness/witness.ts";

/**
 * n3 misses a write, and runs for leader when n1 is gone.
 */
export const witness: Witness = {
  bug: "M5",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.split(["n1", "n2"]);
    stage.ok(stage.append("n1"));
    stage.favour("n3");
    stage.run(300);
    stage.kill("n1");
    stage.join();
    stage.run(2000);
    stage.ok(stage.append(stage.leader()));
  },
};
