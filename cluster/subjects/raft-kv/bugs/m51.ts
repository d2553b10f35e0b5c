import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** An order to take over is obeyed, however long ago it was given (§3.10). */
export const bug: Bug<Rules> = {
  id: "M51",
  family: "elections",
  breaks: "TimeoutNow is honoured after its transfer was given up",
  clientMaySee: "a needless election; with lease reads a stale read",
  shownBy: "a transfer whose order is held up until it was given up",
  guided:
    "it takes a transfer, and its order on a link that is clogged for longer than the transfer lasts",
  plant: raftRule("isHandingOver", () => true),
};
