import type { Witness } from "../../../witness/witness.ts";

/** A key is created and looked at. */
export const witness: Witness = {
  bug: "K2",
  shows: "anomaly",
  nodes: 1,
  model: "versioned-kv",
  play(stage) {
    const [a, b] = [stage.client(["n1"]), stage.client(["n1"])];

    stage.ok(a.begin("put", { value: "a", version: 0 }));
    stage.settle(b.begin("get"));
  },
};
