import type { Witness } from "../../../witness/witness.ts";

/**
 * n2 is killed in the middle of a snapshot, its disk being slow, and leads when n1 is gone.
 */
export const witness: Witness = {
  bug: "M24",
  shows: "anomaly",
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
    stage.disk("n2", null);
    stage.favour("n2");
    stage.run(1000);
    stage.kill("n1");
    stage.ok(stage.read(stage.leader()));
  },
};
