/**
 * Leadership transfer (thesis §3.10): the leader stops to take proposals, brings the target up to
 * date and tells it to run at once. It gives up after an election timeout and begins a new round of
 * heartbeats; who has heard that round obeys neither the order nor a candidate that follows it.
 */
import type { NodeName } from "../env/env.ts";
import { voidLease } from "./lease.ts";
import { beat } from "./reads.ts";
import { send } from "./roles.ts";
import type { Raft, Refusal, Ticket } from "./types.ts";

export function onTransfer(raft: Raft, ticket: Ticket, to: NodeName): void {
  const refusal = refusalOf(raft, to);
  if (refusal !== null) {
    raft.effects.add({ kind: "refuse", ticket, refusal });
    return;
  }
  const deadlineMs = raft.nowMs + raft.options.electionTimeoutMinMs;
  voidLease(raft);
  raft.transfer = { ticket, to, deadlineMs, isTold: false };
}

function refusalOf(raft: Raft, to: NodeName): Refusal | null {
  if (raft.role !== "leader") return "not-leader";
  if (raft.transfer !== null) return "busy";
  return raft.progress.get(to)?.isVoter === true ? null : "invalid";
}

/** Tells the target as soon as it has the whole log, and again with every heartbeat. */
export function advanceTransfer(raft: Raft): void {
  const { transfer } = raft;
  if (transfer === null || transfer.isTold) return;
  const progress = raft.progress.get(transfer.to);
  if (progress === undefined || progress.matchIndex < raft.log.lastIndex) return;
  transfer.isTold = true;
  send(raft, transfer.to, { type: "timeoutNow", term: raft.currentTerm, round: raft.round });
}

/** A heartbeat is due: gives the transfer up when its time is over, else repeats its order. */
export function beatInTransfer(raft: Raft): void {
  const { transfer } = raft;
  if (transfer !== null && raft.nowMs >= transfer.deadlineMs) {
    raft.transfer = null;
    raft.effects.add({ kind: "refuse", ticket: transfer.ticket, refusal: "aborted" });
  } else if (transfer !== null) {
    transfer.isTold = false;
  }
  beat(raft);
}
