import type { Witness } from "../../../witness/witness.ts";

/** A put comes a millisecond after a get. */
export const witness: Witness = {
  bug: "K5",
  shows: "anomaly",
  nodes: 1,
  model: "versioned-kv",
  play(stage) {
    const [a, b] = [stage.client(["n1"]), stage.client(["n1"])];

    stage.ok(a.begin("put", { value: "first", version: 0 }));
    const get = b.begin("get");
    stage.run(1);
    stage.settle(get, a.begin("put", { value: "second", version: 1 }));
  },
};
