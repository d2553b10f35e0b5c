import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** The consistency check compares the previous index and not its term (§5.3). */
export const bug: Bug<Rules> = {
  id: "M9",
  family: "replication",
  breaks: "entries are appended behind an entry of another leader",
  clientMaySee:
    "nodes that executed different entries at one index: reads differ by node, writes are lost",
  shownBy: "a leader with a tail of its own is cut off, and follows its successor when it is back",
  plant: raftRule("matchesLog", (log, { prevLogIndex }) => prevLogIndex <= log.lastIndex),
};
