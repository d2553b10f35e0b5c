import type { Witness } from "../../../witness/witness.ts";

/**
 * n2 cannot write, and answers as if it had. It restarts, and n1 is gone.
 */
export const witness: Witness = {
  bug: "M22",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(stage.append("n1"));
    stage.cut(["n1"], ["n3"]);
    stage.disk("n2", { isFull: true });
    stage.settle(stage.append("n1", 300));
    stage.kill("n1", "n2");
    stage.disk("n2", null);
    stage.start("n2");
    stage.join();
    stage.ok(stage.append(stage.leader()));
  },
};
