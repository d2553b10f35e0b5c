import type { Witness } from "../../../witness/witness.ts";

/**
 * n2 has a write and n1, the leader, only seems to: it loses it with the power.
 */
export const witness: Witness = {
  bug: "M17",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(stage.append("n1"));
    stage.cut(["n1"], ["n3"]);
    stage.disk("n1", { slowMs: 300 });
    const call = stage.append("n1");
    stage.until(() => call.completion !== null, 200);
    stage.losePower("none", "n1");
    stage.split(["n1", "n3"]);
    stage.disk("n1", null);
    stage.start("n1");
    stage.ok(stage.append(stage.leader()));
  },
};
