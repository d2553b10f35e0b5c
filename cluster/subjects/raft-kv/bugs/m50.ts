import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** All nodes wait equally long for a leader, so that they run and lose together (§9.3). */
export const bug: Bug<Rules> = {
  id: "M50",
  family: "elections",
  breaks: "election timeouts are not randomised",
  clientMaySee: "nothing but errors: no leader for a long time",
  shownBy: "kill or isolate leaders until the others' timeouts agree",
  plant: raftRule("electionTimeoutUs", ({ options }) => options.electionTimeoutMinMs * 1000),
};
