/**
 * The leader's lease (thesis §6.4.1). Who hears a leader votes for nobody else within the shortest
 * election timeout; so, once a majority has answered a round, nobody else leads for as long from when
 * the round was sent, less what clocks may drift apart. Only monotonic clocks are asked.
 *
 * A transfer voids it: voters set their promise aside for the target.
 */
import { ackedRoundOf, reachedByQuorum } from "./quorum.ts";
import type { Raft } from "./types.ts";

export function voidLease(raft: Raft): void {
  raft.leaseRound = null;
  raft.leaseStartMs = Number.NEGATIVE_INFINITY;
}

/** A new round is about to be sent. One at a time is measured: answers to later ones count for it. */
export function measureLease(raft: Raft): void {
  if (!raft.options.leaseReads || raft.leaseRound !== null) return;
  raft.leaseRound = raft.round;
  raft.leaseRoundSentMs = raft.nowMs;
}

/** A follower has answered. */
export function renewLease(raft: Raft): void {
  if (raft.leaseRound === null) return;
  const answered = reachedByQuorum(raft, raft.round, ackedRoundOf);
  if (answered < raft.leaseRound) return;
  raft.leaseStartMs = raft.rules.leaseStartMs(raft);
  raft.leaseRound = null;
}
