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
    "it takes an order that is held up for longer than its transfer lasts, and then a leader with a lease that does not hear that it was deposed",
  plant: raftRule("isHandingOver", () => true),
};
