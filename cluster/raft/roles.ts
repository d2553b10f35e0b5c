import type { NodeName } from "../env/env.ts";
import type { Message, Raft, Term } from "./types.ts";

export function send(raft: Raft, to: NodeName, message: Message): void {
  raft.outbox.add(to, message);
}

/**
 * Begins to wait for a leader (§5.2). Whoever waits again has stopped to ask for pre-votes.
 */
export function resetElectionDeadline(raft: Raft): void {
  if (raft.preVotes.size > 0) raft.preVotes.clear();
  raft.electionDeadlineMs = raft.nowMs + raft.rules.electionTimeoutUs(raft) / 1000;
}

/** Follows in a newer term: whoever leads it is not known yet (fig. 2, rules for all servers). */
export function adoptTerm(raft: Raft, term: Term): void {
  raft.currentTerm = term;
  raft.round = 0;
  raft.votedFor = null;
  raft.leader = null;
  becomeFollower(raft);
}

/** Stops to lead or to run. Calls that wait are refused: what was appended may yet be committed. */
export function becomeFollower(raft: Raft): void {
  const wasLeader = raft.role === "leader";
  raft.role = "follower";
  raft.votes.clear();
  if (!wasLeader) return;

  for (const { ticket } of raft.proposals) {
    raft.effects.add({ kind: "refuse", ticket, refusal: "outcome-unknown" });
  }
  const reads = [...raft.earlyReads, ...raft.reads.map((read) => read.ticket)];
  for (const ticket of reads) raft.effects.add({ kind: "refuse", ticket, refusal: "not-leader" });
  if (raft.transfer !== null) {
    raft.effects.add({ kind: "transferred", ticket: raft.transfer.ticket });
  }
  raft.transfer = null;
  raft.proposals = [];
  raft.reads = [];
  raft.earlyReads = [];
  // A leader's own deadline is long past: without this it would run again at once.
  resetElectionDeadline(raft);
}
