import type { Witness } from "../../../witness/witness.ts";

/** Two puts at one version, one after the other. */
export const witness: Witness = {
  bug: "K1",
  shows: "anomaly",
  nodes: 1,
  model: "versioned-kv",
  play(stage) {
    const [a, b] = [stage.client(["n1"]), stage.client(["n1"])];

    stage.ok(a.begin("put", { value: "a", version: 0 }));
    stage.settle(b.begin("put", { value: "b", version: 0 }));
  },
};
