import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/** The winner of an election clears its vote, and has one to give in the term that it leads. */
export const bug: Bug<Rules> = {
  id: "M3",
  family: "elections",
  breaks: "a leader votes again in the term that it has won",
  clientMaySee: "an acknowledged write is lost: two leaders of one term commit different entries",
  shownBy: "two candidates of one term, and the loser's request reaches the winner late",
  plant: raftRule("voteUnder", (raft, leader) => (leader === raft.id ? null : raft.votedFor)),
};
