import type { Witness } from "../../../witness/witness.ts";

/**
 * n2 answers what it got of n1; the next write did not reach it. Then n1 is gone.
 */
export const witness: Witness = {
  bug: "M13",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(stage.append("n1"));
    stage.cut(["n1"], ["n3"]);
    stage.disk("n2", { slowMs: 20 });
    stage.append("n1");
    stage.run(5);
    stage.cut(["n1"], ["n2"]);
    const lost = stage.append("n1", 300);
    stage.settle(lost);
    stage.kill("n1");
    stage.join();
    stage.ok(stage.append(stage.leader()));
  },
};
