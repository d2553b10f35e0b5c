import type { Bug } from "../../../env/program.ts";
import { machineRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** A snapshot holds the store without the sessions of its clients. */
export const bug: Bug<Rules> = {
  id: "M34",
  family: "snapshots",
  breaks: "what was executed is forgotten with the log",
  clientMaySee: "a duplicate append",
  shownBy:
    "lose replies to clients, and restart nodes or make them catch up between an append and its copy",
  plant: machineRule("savedSessions", () => []),
};
