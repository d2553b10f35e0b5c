import type { Witness } from "../../../witness/witness.ts";

/**
 * n1 has a tail of its own when it hears from n2 again, on a link that loses half of the messages.
 */
export const witness: Witness = {
  bug: "M8",
  shows: "invariant",
  nodes: 3,
  play(stage) {
    stage.favour("n1");
    stage.leads("n1");
    stage.ok(stage.append("n1"));
    stage.favour("n2");
    stage.run(200);
    stage.split(["n2", "n3"]);
    for (let count = 0; count < 4; count++) stage.append("n1");
    stage.leads("n2");
    for (let count = 0; count < 4; count++) stage.ok(stage.append("n2"));
    stage.shape(["n2"], ["n1"], { lossPermille: 500 });
    stage.join();
    stage.run(1000);
  },
};
