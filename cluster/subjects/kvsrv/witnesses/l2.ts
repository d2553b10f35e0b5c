import type { Witness } from "../../../witness/witness.ts";

/** The answer to the put of an acquire is lost. */
export const witness: Witness = {
  bug: "L2",
  shows: "anomaly",
  nodes: 1,
  model: "mutex",
  play(stage) {
    const acquire = stage.client(["n1"]).begin("acquire");
    stage.run(0.1);
    stage.loseMessages("n1", { requestsPermille: 0, repliesPermille: 1000 });
    stage.run(50);
    stage.loseMessages("n1", { requestsPermille: 0, repliesPermille: 0 });
    stage.settle(acquire);
  },
};
