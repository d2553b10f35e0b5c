import type { Witness } from "../../../witness/witness.ts";

/**
 * n3 is cut off while n1 and n2 remove n5 and n4. These restart and forget everything: with them n3,
 * which knows of no removal, has a majority of five that has never heard of the last write.
 */
export const witness: Witness = {
  bug: "M46",
  shows: "anomaly",
  nodes: 5,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(stage.append("n1"));
    stage.run(300);
    stage.split(["n1", "n2", "n4", "n5"], ["n3"]);
    stage.ok(stage.append("n1"));
    for (const node of ["n5", "n4"]) {
      const removed = stage.order("n1", "/members", { remove: node });
      stage.must(() => removed.status === 200, `${node} is removed`);
    }
    stage.run(200);
    stage.kill("n4", "n5");
    stage.run(100);
    stage.split(["n1", "n2"], ["n3", "n4", "n5"]);
    stage.favour("n3");
    stage.start("n4", "n5");
    stage.until(() => stage.role("n3") === "leader", 5000);
    stage.settle(stage.append("n3"), stage.read("n3"));

    stage.join();
    stage.favour();
    const leader = stage.leader();
    for (const node of ["n4", "n5"]) {
      const added = stage.order(leader, "/members", { add: node });
      stage.must(() => added.status === 200, `${node} is back`);
    }
  },
};
