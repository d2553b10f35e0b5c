import type { Witness } from "../../../witness/witness.ts";

/**
 * The answer to an append is lost, and the client sends it again.
 */
export const witness: Witness = {
  bug: "M33",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.loseMessages("n1", { requestsPermille: 0, repliesPermille: 1000 });
    const call = stage.append("n1");
    stage.run(200);
    stage.loseMessages("n1", { requestsPermille: 0, repliesPermille: 0 });
    stage.ok(call, stage.read("n1"));
  },
};
