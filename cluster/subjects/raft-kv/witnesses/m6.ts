import type { Witness } from "../../../witness/witness.ts";

/**
 * Figure 8: n1 leads, and has an entry on n1 and n2; n5 leads, with an entry of its own; n1 leads
 * again, and brings its old entry to n3; n5 leads again, and overwrites it.
 */
export const witness: Witness = {
  bug: "M6",
  shows: "invariant",
  nodes: 5,
  options: { batchEntriesMax: 1 },
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(stage.append("n1"));
    stage.run(200);
    stage.favour("n5");
    stage.run(200);
    const last = stage.lastApplied("n1");
    stage.cut(["n1"], ["n3", "n4", "n5"]);
    stage.append("n1");
    stage.run(20);
    stage.split(["n3", "n4", "n5"]);
    stage.leads("n5");
    stage.split();
    stage.favour("n1");
    stage.kill("n5");
    stage.split(["n1", "n2", "n3", "n4"]);
    stage.cut(["n1"], ["n4"]);
    stage.leads("n1");
    stage.until(() => stage.lastApplied("n1") > last, 1000);
    stage.split(["n2", "n3", "n4", "n5"]);
    stage.favour("n5");
    stage.start("n5");
    stage.run(3000);
    stage.ok(stage.append(stage.leader()));
  },
};
