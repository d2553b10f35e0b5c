import type { Witness } from "../../../witness/witness.ts";

/**
 * n2 leads a new term and commits what n1 began in the old one. n3 catches up an entry at a time, and
 * makes a snapshot before it has come to the new term's own entries.
 */
export const witness: Witness = {
  bug: "S5",
  shows: "invariant",
  nodes: 3,
  options: { heartbeatMs: 400, snapshotEntriesMax: 5, batchEntriesMax: 1, inflightMax: 20 },
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.run(200);
    stage.split(["n1", "n2"]);
    stage.cut(["n2"], ["n1"]);
    for (let count = 0; count < 10; count++) {
      stage.append("n1");
      stage.run(5);
    }
    stage.kill("n1");
    stage.favour("n2");
    stage.join();
    stage.leads("n2");
    stage.clog(["n2"], ["n3"]);
    stage.start("n1");
    stage.run(450);
    stage.unclog(["n2"], ["n3"]);
    stage.run(2000);
  },
};
