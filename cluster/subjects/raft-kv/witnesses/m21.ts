import type { Witness } from "../../../witness/witness.ts";

/**
 * A write is acknowledged; before the disks are done, the power fails everywhere.
 */
export const witness: Witness = {
  bug: "M21",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(stage.append("n1"));
    for (const node of stage.nodes) stage.disk(node, { slowMs: 50 });
    const call = stage.append("n1");
    stage.until(() => call.completion !== null, 500);
    stage.losePower("none", ...stage.nodes);
    stage.start(...stage.nodes);
    stage.ok(stage.append(stage.leader()));
  },
};
