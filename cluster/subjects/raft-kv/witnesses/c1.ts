import type { Witness } from "../../../witness/witness.ts";

/** n1 has sent a put and hears no answer, so that it steps down. Its followers have it. */
export const witness: Witness = {
  bug: "C1",
  shows: "anomaly",
  nodes: 3,
  options: { electionTimeoutMinMs: 150, electionTimeoutMaxMs: 300, heartbeatMs: 30 },
  model: "versioned-kv",
  play(stage) {
    const a = stage.client(stage.nodes, 5000);
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(a.begin("put", { value: "first", version: 0 }));
    stage.favour("n2");
    stage.cut(["n2", "n3"], ["n1"]);
    const call = a.begin("put", { value: "a", version: 1 });
    stage.must(() => stage.role("n1") !== "leader", "n1 steps down");
    stage.join();
    stage.settle(call);
    stage.settle(stage.client(stage.nodes, 5000).begin("get"));
  },
};
