import type { Witness } from "../../../witness/witness.ts";
import { cutOffLeader } from "./grow-tail.ts";

/** n1 is cut off with a clock that was set back, and read by its lease when n2 has written. */
export const witness: Witness = {
  bug: "M31",
  shows: "anomaly",
  nodes: 3,
  options: { leaseReads: true },
  play(stage) {
    cutOffLeader(stage);
    stage.clock("n1", { offsetMs: -60_000, rate: 1 });
    stage.leads("n2");
    stage.ok(stage.append("n2"));
    stage.settle(stage.read("n1", 200));
  },
};
