import type { Witness } from "../../../witness/witness.ts";

/**
 * The answer to an append is lost. Everybody makes a snapshot and restarts before the client sends it
 * again.
 */
export const witness: Witness = {
  bug: "M34",
  shows: "anomaly",
  nodes: 3,
  options: { snapshotEntriesMax: 5 },
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.loseMessages("n1", { requestsPermille: 0, repliesPermille: 1000 });
    const call = stage.append("n1", 6000);
    stage.run(20);
    for (let count = 0; count < 10; count++) {
      stage.append("n1", 100);
      stage.run(5);
    }
    stage.kill(...stage.nodes);
    stage.loseMessages("n1", { requestsPermille: 0, repliesPermille: 0 });
    stage.start(...stage.nodes);
    stage.leads("n1");
    stage.ok(call, stage.read("n1"));
  },
};
