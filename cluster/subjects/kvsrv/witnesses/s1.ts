import type { Witness } from "../../../witness/witness.ts";

/** A put is lost on its way, and acknowledged when it is sent again. */
export const witness: Witness = {
  bug: "S1",
  shows: "anomaly",
  nodes: 1,
  model: "versioned-kv",
  play(stage) {
    stage.loseMessages("n1", { requestsPermille: 1000, repliesPermille: 0 });
    const call = stage.client(["n1"]).begin("put", { value: "a", version: 0 });
    stage.run(50);
    stage.loseMessages("n1", { requestsPermille: 0, repliesPermille: 0 });
    stage.settle(call);
  },
};
