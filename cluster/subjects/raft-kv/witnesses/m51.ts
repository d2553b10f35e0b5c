import type { Witness } from "../../../witness/witness.ts";

/**
 * n1 hands over to n2, which hears of it only after n1 has given that up. n1 has a lease, and is read
 * by it when n2 has written.
 */
export const witness: Witness = {
  bug: "M51",
  shows: "anomaly",
  nodes: 3,
  options: { leaseReads: true, heartbeatMs: 50 },
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(stage.append("n1"));
    stage.run(200);
    stage.clog(["n1"], ["n2"]);
    stage.order("n1", "/transfer", { to: "n2" });
    stage.run(650);
    stage.cut(["n2", "n3"], ["n1"]);
    stage.unclog(["n1"], ["n2"]);
    stage.until(() => stage.role("n2") === "leader", 100);
    stage.settle(stage.append("n2", 100));
    stage.settle(stage.read("n1", 100));
  },
};
