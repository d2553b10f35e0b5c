import type { Bug } from "../../../env/program.ts";
import { machineRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** A copy of an append is executed again: nothing remembers that it was. */
export const bug: Bug<Rules> = {
  id: "M33",
  family: "clients",
  breaks: "no check for duplicates in the state machine",
  clientMaySee: "a duplicate append",
  shownBy: "lose replies to clients, or the leader between commit and reply",
  plant: machineRule("earlierReply", () => null),
};
