/**
 * Log compaction (§7, figure 13): a node replaces the executed part of its log by its state machine's
 * text, and a leader sends that text, a part at a time, to a follower that needs what is gone.
 *
 * Each part waits for the answer to the one before; a heartbeat sends it again. Answers say how far
 * the follower is, so that parts may be lost, doubled and reordered, and a new leader or a restarted
 * follower begins anew.
 */
import type { NodeName } from "../env/env.ts";
import { configurationAt, forgetConfigurations, restartConfigurations } from "./configuration.ts";
import { send } from "./roles.ts";
import type {
  IncomingSnapshot,
  InstallSnapshot,
  InstallSnapshotReply,
  Progress,
  Raft,
  Snapshot,
} from "./types.ts";

/** Asks for the state machine's text when enough was executed since the last one. */
export function requestSnapshot(raft: Raft): void {
  if (!raft.rules.isSnapshotDue(raft)) return;
  const { lastApplied: lastIncludedIndex } = raft;
  const lastIncludedTerm = raft.rules.lastIncludedTerm(raft, lastIncludedIndex);
  const { members } = configurationAt(raft, lastIncludedIndex);
  raft.effects.add({ kind: "takeSnapshot", lastIncludedIndex, lastIncludedTerm, members });
}

/** Our own state machine's text is there. */
export function onSnapshotTaken(raft: Raft, snapshot: Snapshot): void {
  if (snapshot.lastIncludedIndex <= raft.log.snapshotIndex) return;
  raft.log.compactTo(snapshot.lastIncludedIndex, snapshot.lastIncludedTerm);
  forgetConfigurations(raft, snapshot.lastIncludedIndex);
  raft.snapshot = snapshot;
  raft.isSnapshotNew = true;
}

/** Sends the next part of what a follower lacks, the same again if its answer did not come. */
export function sendSnapshot(raft: Raft, progress: Progress): void {
  if (raft.snapshot === null) throw new Error("a log without its beginning has a snapshot");
  if (progress.sending === null) {
    progress.sending = { snapshot: raft.snapshot, offset: 0 };
    progress.inflight.clear();
  }
  const { snapshot, offset } = progress.sending;
  const { lastIncludedIndex, lastIncludedTerm, members } = snapshot;
  const end = offset + raft.options.snapshotChunkChars;
  send(raft, progress.peer, {
    type: "installSnapshot",
    term: raft.currentTerm,
    lastIncludedIndex,
    lastIncludedTerm,
    members,
    offset,
    data: snapshot.data.slice(offset, end),
    done: end >= snapshot.data.length,
    round: raft.round,
  });
}

/** A part from the leader that we follow. */
export function receivePart(raft: Raft, from: NodeName, request: InstallSnapshot): void {
  if (!raft.rules.isSnapshotNeeded(raft, request)) {
    if ((raft.incoming?.lastIncludedIndex ?? 0) <= raft.commitIndex) raft.incoming = null;
    answerPart(raft, from, request, { offset: request.offset, isHeld: true });
    return;
  }
  const incoming = incomingFor(raft, from, request);
  if (incoming === null) return;
  const isNext = request.offset === incoming.text.length;
  if (isNext) incoming.text += request.data;
  const isHeld = isNext && request.done;
  if (isHeld) install(raft, request, incoming.text);
  answerPart(raft, from, request, { offset: incoming.text.length, isHeld });
}

/** What has come of this snapshot so far; null for a late part of an older one. */
function incomingFor(
  raft: Raft,
  from: NodeName,
  { term, lastIncludedIndex }: InstallSnapshot,
): IncomingSnapshot | null {
  const { incoming } = raft;
  if (incoming !== null && incoming.from === from && incoming.term === term) {
    if (lastIncludedIndex === incoming.lastIncludedIndex) return incoming;
    if (lastIncludedIndex < incoming.lastIncludedIndex) return null;
  }
  raft.incoming = { from, term, lastIncludedIndex, text: "" };
  return raft.incoming;
}

/** The snapshot takes the place of the log and of the state machine, up to its last entry. */
function install(raft: Raft, request: InstallSnapshot, data: string): void {
  const { lastIncludedIndex, lastIncludedTerm, members } = request;
  const snapshot: Snapshot = { lastIncludedIndex, lastIncludedTerm, members, data };
  if (raft.rules.keepsSuffix(raft.log, snapshot)) {
    raft.log.compactTo(lastIncludedIndex, lastIncludedTerm);
  } else {
    // Of the log that goes, the disk holds nothing for sure but what was committed.
    for (const one of [raft.durable, ...raft.persisting]) {
      one.lastIndex = Math.min(one.lastIndex, raft.commitIndex);
    }
    raft.log.resetTo(lastIncludedIndex, lastIncludedTerm);
  }
  const base = { index: lastIncludedIndex, members };
  restartConfigurations(raft, base, raft.log.entries());
  raft.snapshot = snapshot;
  raft.isSnapshotNew = true;
  raft.incoming = null;
  raft.commitIndex = Math.max(raft.commitIndex, lastIncludedIndex);
  raft.lastApplied = Math.max(raft.lastApplied, lastIncludedIndex);
  raft.effects.add({ kind: "restore", snapshot });
}

export function answerPart(
  raft: Raft,
  to: NodeName,
  { term: requestTerm, round, lastIncludedIndex }: InstallSnapshot,
  { offset, isHeld }: { readonly offset: number; readonly isHeld: boolean },
): void {
  const { currentTerm: term } = raft;
  send(raft, to, {
    type: "installSnapshotReply",
    term,
    requestTerm,
    round,
    lastIncludedIndex,
    offset,
    isHeld,
  });
}

/**
 * A follower says how far it is; true when it is further than we knew. Only then is the next part
 * sent at once: were every answer followed by a part, a doubled answer would double the sending.
 */
export function isFurther(progress: Progress, reply: InstallSnapshotReply): boolean {
  const { sending } = progress;
  if (sending === null || sending.snapshot.lastIncludedIndex !== reply.lastIncludedIndex) {
    return false;
  }
  const before = sending.offset;
  sending.offset = Math.min(reply.offset, sending.snapshot.data.length);
  return sending.offset > before;
}
