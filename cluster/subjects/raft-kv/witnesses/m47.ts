import type { Witness } from "../../../witness/witness.ts";

/** The leader n1 and two learners are cut off from the two other voters, and a write is acknowledged. */
export const witness: Witness = {
  bug: "M47",
  shows: "invariant",
  nodes: 5,
  options: { initialVoters: 3 },
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(stage.append("n1"));
    for (const node of ["n4", "n5"]) {
      const added = stage.order("n1", "/members", { add: node });
      stage.must(() => added.status === 200, `${node} is a learner`);
      stage.must(() => stage.lastApplied(node) > 0, `${node} follows`);
    }
    stage.split(["n1", "n4", "n5"], ["n2", "n3"]);
    stage.settle(stage.append("n1", 800));
    stage.must(() => stage.role("n2") === "leader" || stage.role("n3") === "leader", "a successor");
    stage.settle(stage.append("n2"), stage.append("n3"));
  },
};
