import type { NodeName } from "../../../env/env.ts";
import type { Witness } from "../../../witness/witness.ts";

/**
 * After some elections the leader is cut off. The others restart, and elect in a term that is over.
 */
export const witness: Witness = {
  bug: "M2",
  shows: "anomaly",
  nodes: 3,
  play(stage) {
    for (let round = 0; round < 4; round++) {
      const old = stage.leader();
      stage.kill(old);
      stage.leader();
      stage.start(old);
      stage.run(300);
    }
    const old = stage.leader();
    const others = stage.others(old);
    stage.ok(stage.append(old));
    stage.split(others);
    stage.kill(...others);
    stage.start(...others);
    const successor = (): NodeName | undefined =>
      others.find((node) => stage.role(node) === "leader");
    stage.must(() => successor() !== undefined, "the others elect");
    stage.ok(stage.append(successor() ?? old));
  },
};
