import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** A node that hears no leader runs at once, and the others let it depose theirs (§9.6). */
export const bug: Bug<Rules> = {
  id: "M48",
  family: "elections",
  breaks: "no pre-vote, and no loyalty to a leader that is heard",
  clientMaySee:
    "few answers while one node is cut off from the others in one direction; with leases a stale read",
  shownBy: "a node that hears nobody, and whom everybody hears",
  plant: raftRule("consentRound", (_, order) => order?.round ?? Number.MAX_SAFE_INTEGER),
};
