import type { Witness } from "../../../witness/witness.ts";

/**
 * n1 has entries on n2 that n3 overwrites. n1 leads again, and counts n2 for what it had.
 */
export const witness: Witness = {
  bug: "M14",
  shows: "anomaly",
  nodes: 5,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.favour("n3");
    stage.run(200);
    stage.cut(["n1"], ["n3", "n4", "n5"]);
    for (let count = 0; count < 4; count++) stage.append("n1");
    stage.run(50);
    stage.split(["n2", "n3", "n4", "n5"]);
    stage.leads("n3");
    stage.ok(stage.append("n3"));
    stage.favour("n1");
    stage.join();
    stage.run(500);
    stage.kill("n3");
    stage.leads("n1");
    stage.cut(["n1"], ["n2", "n5"]);
    stage.settle(stage.append("n1", 200));
    stage.kill("n1", "n4");
    stage.start("n3");
    stage.join();
    stage.ok(stage.append(stage.leader()));
  },
};
