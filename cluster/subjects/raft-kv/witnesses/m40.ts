import type { Witness } from "../../../witness/witness.ts";

/**
 * n1 has a long tail of its own. n2 has committed less, and made a snapshot of it.
 */
export const witness: Witness = {
  bug: "M40",
  shows: "invariant",
  nodes: 3,
  options: { snapshotEntriesMax: 5, inflightMax: 20 },
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(stage.append("n1"));
    stage.favour("n2");
    stage.run(200);
    stage.split(["n2", "n3"]);
    for (let count = 0; count < 30; count++) stage.append("n1");
    stage.leads("n2");
    for (let count = 0; count < 14; count++) stage.ok(stage.append("n2"));
    stage.join();
    stage.run(1000);
  },
};
