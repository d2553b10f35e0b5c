import type { Witness } from "../../../witness/witness.ts";

/**
 * n1 begins to make a voter of n5, and only n5 hears of it. Its successor n2 removes n1 before it has
 * committed anything: for n2 and n3 the two of them are a majority of three, while for n1, n4 and n5
 * they are one of five.
 */
export const witness: Witness = {
  bug: "M44",
  shows: "invariant",
  nodes: 5,
  options: { initialVoters: 4 },
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(stage.append("n1"));
    const added = stage.order("n1", "/members", { add: "n5" });
    stage.must(() => added.status === 200, "n5 is a learner");
    stage.ok(stage.append("n1"));
    stage.must(() => stage.lastApplied("n5") === stage.lastApplied("n1"), "n5 has caught up");

    stage.favour("n2");
    stage.run(300);
    stage.split(["n1", "n5"], ["n2", "n3", "n4"]);
    stage.order("n1", "/members", { promote: "n5" });
    const before = stage.term("n4");
    stage.must(() => stage.term("n4") > before, "n4 is asked for its vote");
    stage.cut(["n2"], ["n4"]);
    stage.leads("n2");
    stage.order("n2", "/members", { remove: "n1" });
    stage.settle(stage.append("n2", 700));

    stage.split(["n1", "n4", "n5"], ["n2", "n3"]);
    stage.favour("n1");
    stage.must(() => stage.role("n1") === "leader" && stage.term("n1") > before + 1, "n1 is back");
    stage.settle(stage.append("n1"));
  },
};
