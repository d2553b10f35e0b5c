import type { Witness } from "../../../witness/witness.ts";

/** The answer to a release is lost; before it is sent again, somebody else has the lock. */
export const witness: Witness = {
  bug: "L3",
  shows: "anomaly",
  nodes: 1,
  model: "mutex",
  play(stage) {
    const [a, b, c] = [stage.client(["n1"]), stage.client(["n1"]), stage.client(["n1"])];
    stage.ok(a.begin("acquire"));
    stage.loseMessages("n1", { requestsPermille: 0, repliesPermille: 1000 });
    const release = a.begin("release");
    stage.run(50);
    stage.loseMessages("n1", { requestsPermille: 0, repliesPermille: 0 });
    stage.ok(b.begin("acquire"));
    stage.settle(release);
    stage.settle(c.begin("acquire"));
  },
};
