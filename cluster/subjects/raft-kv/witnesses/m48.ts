import type { Witness } from "../../../witness/witness.ts";

/**
 * n5 hears nobody, and everybody hears n5.
 */
export const witness: Witness = {
  bug: "M48",
  shows: "liveness",
  nodes: 5,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.favour();
    stage.run(200);
    const term = stage.term("n1");
    stage.cut(stage.others("n5"), ["n5"]);
    stage.run(5000);
    stage.demand(stage.term("n1") === term, "the leader that four of five hear is deposed");
  },
};
