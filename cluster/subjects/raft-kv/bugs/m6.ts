import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** Figure 8: an entry of an earlier term is committed because a majority holds it (§5.4.2). */
export const bug: Bug<Rules> = {
  id: "M6",
  family: "replication",
  breaks: "a leader commits entries of earlier terms by counting",
  clientMaySee:
    "nodes that executed different entries at one index: reads differ by node, writes are lost",
  shownBy: "leaders that crash or are cut off one after the other, each with an entry on few nodes",
  plant: raftRule("isCommittable", () => true),
};
