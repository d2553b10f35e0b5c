import type { Witness } from "../../../witness/witness.ts";
import { growTail } from "./grow-tail.ts";

/**
 * n1 has a tail of its own when it hears from n2 again, on a link that loses half of the messages.
 */
export const witness: Witness = {
  bug: "M8",
  shows: "invariant",
  nodes: 3,
  play(stage) {
    growTail(stage, { uncommitted: 4, committed: 4 });
    stage.shape(["n2"], ["n1"], { lossPermille: 500 });
    stage.join();
    stage.run(1000);
  },
};
