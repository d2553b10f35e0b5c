import type { Witness } from "../../../witness/witness.ts";

/** Two puts at one version arrive within a millisecond. */
export const witness: Witness = {
  bug: "K3",
  shows: "anomaly",
  nodes: 1,
  model: "versioned-kv",
  play(stage) {
    const [a, b] = [stage.client(["n1"]), stage.client(["n1"])];

    stage.ok(a.begin("put", { value: "first", version: 0 }));
    stage.settle(
      a.begin("put", { value: "a", version: 1 }),
      b.begin("put", { value: "b", version: 1 }),
    );
  },
};
