/**
 * Linearizable reads without a log entry (§8; §6.4 of Ongaro's thesis, ReadIndex): a read notes the
 * commit index, waits for a majority to confirm the leader in a round of heartbeats that began
 * later, and then sees the state machine at that index or beyond. One round serves all the reads
 * that came before it. While a lease holds (option `leaseReads`) a read needs no round.
 */
import { measureLease } from "./lease.ts";
import { broadcastHeartbeat } from "./replication.ts";
import type { Raft, Ticket } from "./types.ts";

export function onRead(raft: Raft, ticket: Ticket): void {
  if (raft.role !== "leader") {
    raft.effects.add({ kind: "refuse", ticket, refusal: "not-leader" });
    return;
  }
  const readIndex = raft.rules.readIndex(raft);
  if (readIndex === null) {
    raft.earlyReads.push(ticket);
  } else if (raft.lastApplied >= readIndex && raft.rules.hasLease(raft)) {
    raft.effects.add({ kind: "serveRead", ticket });
  } else {
    raft.reads.push({ ticket, readIndex, round: raft.round + 1 });
  }
}

/** Serves what is confirmed, and begins a round for the rest if none is on its way. */
export function advanceReads(raft: Raft): void {
  if (raft.earlyReads.length > 0 && raft.rules.readIndex(raft) !== null) {
    const tickets = raft.earlyReads;
    raft.earlyReads = [];
    for (const ticket of tickets) onRead(raft, ticket);
  }
  if (raft.reads.length === 0) return;
  serveReads(raft);
  const oldest = raft.reads[0];
  if (oldest === undefined || oldest.round <= raft.round || raft.transfer !== null) return;
  beat(raft);
  serveReads(raft);
}

/** A round of heartbeats. It is no new one during a transfer. */
export function beat(raft: Raft): void {
  if (raft.transfer === null) {
    raft.round += 1;
    measureLease(raft);
  }
  broadcastHeartbeat(raft);
}

/** Neither rounds nor indexes decrease along the reads: who waits, waits before all that follow. */
function serveReads(raft: Raft): void {
  const { reads, rules } = raft;
  for (let read = reads[0]; read !== undefined; read = reads[0]) {
    if (raft.lastApplied < read.readIndex || !rules.isReadConfirmed(raft, read)) return;
    raft.effects.add({ kind: "serveRead", ticket: read.ticket });
    reads.shift();
  }
}
