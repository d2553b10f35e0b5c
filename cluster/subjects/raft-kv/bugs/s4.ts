import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** A candidate that hears from the leader of its term moves its vote to that leader. */
export const bug: Bug<Rules> = {
  id: "S4",
  family: "elections",
  breaks: "a vote changes within its term",
  clientMaySee: "nothing by itself: the vote that moves was cast for a candidate that has given up",
  shownBy: "two candidates of one term",
  plant: raftRule("voteUnder", (raft, leader) =>
    raft.votedFor === raft.id ? leader : raft.votedFor,
  ),
};
