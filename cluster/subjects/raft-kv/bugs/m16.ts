import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** Half of the members, rounded down, is taken for a majority. */
export const bug: Bug<Rules> = {
  id: "M16",
  family: "replication",
  breaks: "a quorum is one node too few",
  clientMaySee: "split brain: acknowledged writes are lost, reads are stale",
  shownBy: "partitions, also into more than two parts",
  plant: raftRule("quorum", (memberCount) => Math.floor(memberCount / 2)),
};
