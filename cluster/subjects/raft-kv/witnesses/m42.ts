import type { Witness } from "../../../witness/witness.ts";

/**
 * n2 is killed in the middle of a compaction; its disk is slow.
 */
export const witness: Witness = {
  bug: "M42",
  shows: "exit",
  nodes: 3,
  options: { snapshotEntriesMax: 5 },
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.disk("n2", { slowMs: 30 });
    for (let count = 0; count < 5; count++) {
      for (let more = 0; more < 6; more++) stage.append("n1");
      stage.run(70);
      stage.kill("n2");
      stage.start("n2");
      stage.run(300);
    }
  },
};
