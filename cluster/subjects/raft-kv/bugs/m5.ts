import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** Any candidate may have a vote, however old its log is (§5.4.1). */
export const bug: Bug<Rules> = {
  id: "M5",
  family: "elections",
  breaks: "a vote does not ask whether the candidate's log is up to date",
  clientMaySee: "an acknowledged write is lost",
  shownBy: "isolate a node, write, and let it run for leader when it is back",
  plant: raftRule("isUpToDate", () => true),
};
