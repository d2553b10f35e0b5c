import type { Witness } from "../../../witness/witness.ts";

/** The answer to a put is lost. The next copy is redirected to where the first one was executed. */
export const witness: Witness = {
  bug: "C3",
  shows: "anomaly",
  nodes: 3,
  model: "versioned-kv",
  play(stage) {
    const [a, b] = [stage.client(stage.nodes), stage.client(["n1"])];
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(a.begin("put", { value: "first", version: 0 }));
    stage.loseMessages("n1", { requestsPermille: 0, repliesPermille: 1000 });
    const call = a.begin("put", { value: "a", version: 1 });
    stage.run(50);
    stage.loseMessages("n1", { requestsPermille: 0, repliesPermille: 0 });
    stage.ok(b.begin("put", { value: "b", version: 2 }));
    stage.settle(call);
  },
};
