import type { Witness } from "../../../witness/witness.ts";

/** The put of an acquire is lost; before it is sent again, somebody else has the lock. */
export const witness: Witness = {
  bug: "L1",
  shows: "anomaly",
  nodes: 1,
  model: "mutex",
  play(stage) {
    const [a, b] = [stage.client(["n1"]), stage.client(["n1"])];

    const acquire = a.begin("acquire");
    stage.run(0.1);
    stage.loseMessages("n1", { requestsPermille: 1000, repliesPermille: 0 });
    stage.run(50);
    stage.loseMessages("n1", { requestsPermille: 0, repliesPermille: 0 });
    stage.ok(b.begin("acquire"));
    stage.settle(acquire);
  },
};
