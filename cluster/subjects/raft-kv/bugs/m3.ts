import type { Bug } from "../../../env/program.ts";
import { raftRule } from "../plant.ts";
import type { Rules } from "../program.ts";

/**
 * The winner of an election clears its vote, and has one to give in the term that it leads.
 *
 * A leader without a no-op would grant a rival's late request. Ours appends one in the very step in
 * which it wins, and the disk gets both in one record: from then on its log, in memory and after any
 * restart, ends in its own term. A rival of that term has no entry of it (only its leader makes them,
 * and whoever takes one of them follows), so its log is older and it gets no vote (§5.4.1).
 */
export const bug: Bug<Rules> = {
  id: "M3",
  family: "elections",
  breaks: "a leader votes again in the term that it has won",
  clientMaySee: "an acknowledged write is lost: two leaders of one term commit different entries",
  shownBy: "two candidates of one term, and the loser's request reaches the winner late",
  equivalent: "a winner's log ends in its own term at once, and no rival's of that term does",
  plant: raftRule("voteUnder", (raft, leader) => (leader === raft.id ? null : raft.votedFor)),
};
