import type { Json, NodeName } from "../env/env.ts";
import { onAppended, onTruncated } from "./configuration.ts";
import { renewLease } from "./lease.ts";
import type { RaftLog } from "./log.ts";
import { becomeFollower, resetElectionDeadline, send } from "./roles.ts";
import { answerPart, isFurther, receivePart, sendSnapshot } from "./snapshots.ts";
import type {
  AppendEntries,
  AppendEntriesReply,
  Entry,
  Index,
  InstallSnapshot,
  InstallSnapshotReply,
  Members,
  Progress,
  Raft,
} from "./types.ts";

/** Adds an entry of the own term and hands it to every follower that has room (§5.3). */
export function appendOwn(raft: Raft, command: Json, members?: Members): Index {
  const { currentTerm: term } = raft;
  const entry: Entry = members === undefined ? { term, command } : { term, command, members };
  if (members !== undefined) onAppended(raft, raft.log.lastIndex + 1, [entry]);
  raft.log.appendOne(entry);
  let latest: AppendEntries | null = null;
  for (const progress of raft.followers) latest = sendEntries(raft, progress, latest);
  return raft.log.lastIndex;
}

/**
 * Sends what the follower lacks, several batches ahead of its answers. `latest` was made in this step
 * for another one: messages never change, so who is equally far gets the same. Returns what it sent last.
 */
function sendEntries(
  raft: Raft,
  progress: Progress,
  latest: AppendEntries | null = null,
): AppendEntries | null {
  if (needsSnapshot(raft, progress)) {
    if (progress.sending === null) sendSnapshot(raft, progress);
    return latest;
  }
  progress.sending = null;
  const allowed = progress.isProbing ? 1 : raft.options.inflightMax;
  let message = latest;
  while (progress.inflight.count < allowed && progress.nextIndex <= raft.log.lastIndex) {
    if (message?.prevLogIndex !== progress.nextIndex - 1) {
      const entries = raft.rules.batch(raft.log, progress.nextIndex, raft.options);
      message = appendEntries(raft, progress, entries);
    }
    send(raft, progress.peer, message);
    const last = progress.nextIndex + message.entries.length - 1;
    progress.inflight.add(last);
    // A probe may be refused, so it does not move `nextIndex`.
    if (progress.isProbing) break;
    progress.nextIndex = last + 1;
  }
  return message;
}

/** Whether entries are gone from the log that the follower may lack. */
function needsSnapshot({ log }: Raft, { nextIndex }: Progress): boolean {
  return nextIndex <= log.snapshotIndex;
}

function appendEntries(raft: Raft, progress: Progress, entries: readonly Entry[]): AppendEntries {
  const prevLogIndex = progress.nextIndex - 1;
  const prevLogTerm = raft.log.termAt(prevLogIndex) ?? 0;
  const { currentTerm: term, commitIndex: leaderCommit, round } = raft;
  return {
    type: "appendEntries",
    term,
    prevLogIndex,
    prevLogTerm,
    entries,
    leaderCommit,
    round,
  };
}

/**
 * Sends an empty AppendEntries to everyone. It asks about the entry before `nextIndex`, so that its
 * refusal discovers a batch that was lost, and its acceptance one whose answer was. Who gets a snapshot
 * is sent the part again that is on its way.
 */
export function broadcastHeartbeat(raft: Raft): void {
  raft.heartbeatDeadlineMs = raft.nowMs + raft.options.heartbeatMs;
  let latest: AppendEntries | null = null;
  for (const progress of raft.followers) {
    if (needsSnapshot(raft, progress)) {
      sendSnapshot(raft, progress);
      continue;
    }
    // Messages never change, so followers that are equally far get the same one.
    if (latest?.prevLogIndex !== progress.nextIndex - 1) latest = appendEntries(raft, progress, []);
    send(raft, progress.peer, latest);
  }
}

export function onAppendEntries(raft: Raft, from: NodeName, whole: AppendEntries): void {
  const request = afterSnapshot(raft.log, whole);
  if (raft.rules.isDeposed(raft, request)) {
    const result = { success: false, conflictTerm: null, conflictIndex: 1 } as const;
    reply(raft, from, request, result);
    return;
  }
  hearLeader(raft, from, request.round);
  if (!raft.rules.matchesLog(raft.log, request)) {
    reply(raft, from, request, conflictAt(raft, request.prevLogIndex));
    return;
  }
  const held = raft.rules.heldCount(raft.log, request);
  if (held < request.entries.length) {
    const first = request.prevLogIndex + 1 + held;
    const entries = held === 0 ? request.entries : request.entries.slice(held);
    raft.log.truncateFrom(first);
    onTruncated(raft, first);
    raft.log.append(entries);
    onAppended(raft, first, entries);
  }
  raft.commitIndex = raft.rules.followerCommit(raft, request);
  const matchIndex = request.prevLogIndex + request.entries.length;
  reply(raft, from, request, { success: true, matchIndex });
}

/** Our snapshot holds the beginning of this request, and it is committed: what remains follows it. */
function afterSnapshot(log: RaftLog, request: AppendEntries): AppendEntries {
  const { snapshotIndex: prevLogIndex, snapshotTerm: prevLogTerm } = log;
  if (request.prevLogIndex >= prevLogIndex) return request;
  const entries = request.entries.slice(prevLogIndex - request.prevLogIndex);
  const { term, leaderCommit, round } = request;
  return {
    type: "appendEntries",
    term,
    prevLogIndex,
    prevLogTerm,
    entries,
    leaderCommit,
    round,
  };
}

/** Follows the leader of the own term, whose latest round this is. */
function hearLeader(raft: Raft, leader: NodeName, round: number): void {
  if (raft.role !== "follower") becomeFollower(raft);
  raft.leader = leader;
  raft.votedFor = raft.rules.voteUnder(raft, leader);
  raft.leaderHeardMs = raft.nowMs;
  raft.round = Math.max(raft.round, round);
  resetElectionDeadline(raft);
}

export function onInstallSnapshot(raft: Raft, from: NodeName, request: InstallSnapshot): void {
  if (raft.rules.isDeposed(raft, request)) {
    answerPart(raft, from, request, { offset: 0, isHeld: false });
    return;
  }
  hearLeader(raft, from, request.round);
  receivePart(raft, from, request);
}

function reply(
  raft: Raft,
  to: NodeName,
  { term: requestTerm, round, prevLogIndex }: AppendEntries,
  result: AppendEntriesReply["result"],
): void {
  const { currentTerm: term } = raft;
  send(raft, to, { type: "appendEntriesReply", term, requestTerm, round, prevLogIndex, result });
}

/** What the leader needs to skip a whole term at once (§5.3, end). */
function conflictAt(raft: Raft, prevLogIndex: Index): AppendEntriesReply["result"] {
  const conflictTerm = raft.log.termAt(prevLogIndex);
  const conflictIndex =
    conflictTerm === null ? raft.log.lastIndex + 1 : raft.log.firstIndexOfTermAt(prevLogIndex);
  return { success: false, conflictTerm, conflictIndex };
}

export function onAppendEntriesReply(raft: Raft, from: NodeName, reply: AppendEntriesReply): void {
  const progress = followerNamed(raft, from);
  if (raft.role !== "leader" || progress === null) return;
  if (!raft.rules.isCurrent(raft, reply)) return;

  hearFollower(raft, progress, reply.round);
  if (reply.result.success) {
    onAgreement(raft, progress, reply.result);
  } else {
    onConflict(raft, progress, reply.prevLogIndex, reply.result);
  }
  sendEntries(raft, progress);
}

export function onInstallSnapshotReply(
  raft: Raft,
  from: NodeName,
  reply: InstallSnapshotReply,
): void {
  const progress = followerNamed(raft, from);
  if (raft.role !== "leader" || progress === null) return;
  if (!raft.rules.isCurrent(raft, reply)) return;

  hearFollower(raft, progress, reply.round);
  if (reply.isHeld) {
    progress.sending = null;
    onAgreement(raft, progress, { matchIndex: reply.lastIncludedIndex });
    // Another snapshot waits for the next heartbeat: doubled answers must not multiply them.
    if (!needsSnapshot(raft, progress)) sendEntries(raft, progress);
  } else if (isFurther(progress, reply)) {
    sendSnapshot(raft, progress);
  }
}

/** There are few, so that looking at each is faster than a map. */
function followerNamed({ followers }: Raft, peer: NodeName): Progress | null {
  for (const progress of followers) if (progress.peer === peer) return progress;
  return null;
}

/** It still follows us, after that round began. */
function hearFollower(raft: Raft, progress: Progress, round: number): void {
  progress.heardMs = raft.nowMs;
  progress.ackedRound = Math.max(progress.ackedRound, round);
  renewLease(raft);
}

function onAgreement(raft: Raft, progress: Progress, result: { matchIndex: Index }): void {
  const { matchIndex: before } = progress;
  progress.matchIndex = raft.rules.matchAfter(progress, result);
  progress.nextIndex = Math.max(progress.nextIndex, progress.matchIndex + 1);
  progress.inflight.forgetUpTo(progress.matchIndex);
  progress.isProbing = false;
  // Most answer heartbeats, and say nothing new.
  if (progress.matchIndex !== before) advanceCommit(raft);
}

/**
 * Backs `nextIndex` up, unless the refusal answers a request that was overtaken since. What a
 * follower has agreed to it cannot refuse: were that answered at once, a follower that lost its log
 * would be asked for ever, as fast as the network goes.
 */
function onConflict(
  raft: Raft,
  progress: Progress,
  prevLogIndex: Index,
  result: { conflictTerm: number | null; conflictIndex: Index },
): void {
  const isOvertaken = progress.isProbing && prevLogIndex !== progress.nextIndex - 1;
  const isStale = isOvertaken || prevLogIndex <= progress.matchIndex;
  if (isStale) return;
  const { conflictTerm, conflictIndex } = result;
  const ownLast = conflictTerm === null ? null : raft.log.lastIndexOfTerm(conflictTerm);
  const suggested = ownLast === null ? conflictIndex : ownLast + 1;
  progress.nextIndex = Math.max(progress.matchIndex + 1, Math.min(suggested, prevLogIndex));
  progress.isProbing = true;
  progress.inflight.clear();
}

/** Commits what a majority has. */
export function advanceCommit(raft: Raft): void {
  raft.commitIndex = raft.rules.leaderCommit(raft);
}
