import type { Witness } from "../../../witness/witness.ts";

/** n1 and n2 have a write. n2's log rots, n2 restarts, and n1 is gone. */
export const witness: Witness = {
  bug: "M25",
  shows: "anomaly",
  nodes: 3,
  options: { inflightMax: 20 },
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.split(["n1", "n2"]);
    for (let count = 0; count < 3; count++) stage.ok(stage.append("n1"));
    // What follows keeps the rot of those from being the end of the log, which would look torn.
    stage.cut(["n2"], ["n1"]);
    for (let count = 0; count < 12; count++) {
      stage.append("n1");
      stage.run(5);
    }
    stage.kill("n1", "n2");
    stage.disk("n2", { rotPermille: 500 });
    stage.start("n2");
    stage.run(100);
    stage.disk("n2", null);
    stage.join();
    stage.run(3000);
    const leader = stage.leaderNow();
    if (leader !== null) stage.ok(stage.append(leader));
    stage.leaveOut("n2");
  },
};
