import type { Witness } from "../../../witness/witness.ts";

/**
 * The power fails at n2 in the middle of a write. n2 is back, and n1 is gone.
 */
export const witness: Witness = {
  bug: "M23",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.split(["n1", "n2"]);
    for (let count = 0; count < 3; count++) stage.ok(stage.append("n1"));
    stage.disk("n2", { slowMs: 100 });
    stage.append("n1");
    stage.run(20);
    stage.losePower("torn", "n2");
    stage.kill("n1");
    stage.disk("n2", null);
    stage.start("n2");
    stage.join();
    stage.ok(stage.append(stage.leader()));
  },
};
