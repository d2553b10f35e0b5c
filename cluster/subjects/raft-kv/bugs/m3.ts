import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/**
 * The winner of an election clears its vote, and has one to give in the term that it leads.
 *
 * A rival's late request is refused all the same, since a winner appends a no-op in the step in which
 * it wins: its log ends in its own term, and no rival's does (§5.4.1). The broken promise shows.
 */
export const bug: Bug<Rules> = {
  id: "M3",
  family: "elections",
  breaks: "a leader votes again in the term that it has won",
  clientMaySee: "nothing here; elsewhere two leaders of one term, and lost writes",
  shownBy: "any election that is won",
  plant: raftRule("voteUnder", (raft, leader) => (leader === raft.id ? null : raft.votedFor)),
};
