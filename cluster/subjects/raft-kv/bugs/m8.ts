import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** A follower commits up to the leader's commit index, whatever the request has verified. */
export const bug: Bug<Rules> = {
  id: "M8",
  family: "replication",
  breaks: "a follower commits entries of its own that the leader has not confirmed",
  clientMaySee:
    "nodes that executed different entries at one index: reads differ by node, writes are lost",
  shownBy: "a leader with a tail of its own is cut off, and back on a link that loses or reorders",
  plant: raftRule("followerCommit", ({ commitIndex, log }, { leaderCommit }) =>
    Math.max(commitIndex, Math.min(leaderCommit, log.lastIndex)),
  ),
};
