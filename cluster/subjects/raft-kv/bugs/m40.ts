import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** A node keeps what its log holds after a snapshot, though it is of another history. */
export const bug: Bug<Rules> = {
  id: "M40",
  family: "snapshots",
  breaks: "a conflicting suffix is kept after a snapshot (fig. 13, 6)",
  clientMaySee:
    "nodes that executed different entries at one index: reads differ by node, writes are lost",
  shownBy: "an old leader with a long tail of its own gets a snapshot when it is back",
  plant: raftRule(
    "keepsSuffix",
    (log, { lastIncludedIndex }) => log.lastIndex >= lastIncludedIndex,
  ),
};
