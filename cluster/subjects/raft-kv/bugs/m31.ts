import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** A lease begins when the answers come, not when the round was sent that they answer (§6.4.1). */
export const bug: Bug<Rules> = {
  id: "M31",
  family: "reads",
  breaks: "a lease outlives the promises that it rests on",
  clientMaySee: "a stale read, with lease reads",
  shownBy: "slow answers to the leader, which is then cut off while a successor writes",
  plant: raftRule("leaseStartMs", (raft) => raft.nowMs),
};
