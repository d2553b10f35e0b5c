import type { Witness } from "../../../witness/witness.ts";

/**
 * n3 gets a snapshot, and again, later: the second copy was on its way while n3 went on.
 */
export const witness: Witness = {
  bug: "M38",
  shows: "invariant",
  nodes: 3,
  options: { snapshotEntriesMax: 10 },
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.split(["n1", "n2"]);
    for (let count = 0; count < 12; count++) stage.ok(stage.append("n1"));
    stage.shape(["n1"], ["n3"], { duplicatePermille: 1000, delayMaxMs: 300 });
    stage.join();
    for (let count = 0; count < 20; count++) {
      stage.ok(stage.append("n1"));
      stage.run(30);
    }
    stage.unclog(["n1"], ["n3"]);
    stage.favour("n3");
    stage.run(500);
    stage.kill("n1");
    stage.ok(stage.read(stage.leader()));
  },
};
