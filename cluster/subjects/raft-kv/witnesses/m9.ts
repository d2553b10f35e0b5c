import type { Witness } from "../../../witness/witness.ts";

/**
 * n1 has a tail of its own, shorter than what n2 has written when n1 hears from it again.
 */
export const witness: Witness = {
  bug: "M9",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(stage.append("n1"));
    stage.favour("n2");
    stage.run(200);
    stage.split(["n2", "n3"]);
    stage.append("n1");
    stage.append("n1");
    stage.leads("n2");
    for (let count = 0; count < 5; count++) stage.ok(stage.append("n2"));
    stage.favour("n1");
    stage.join();
    stage.run(300);
    stage.split(["n1", "n3"]);
    stage.run(3000);
    stage.read(stage.leader());
    stage.run(100);
  },
};
