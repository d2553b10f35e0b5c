import type { NodeName } from "../env/env.ts";
import { becomeFollower, resetElectionDeadline, send } from "./roles.ts";
import type { AppendEntries, AppendEntriesReply, Entry, Index, Progress, Raft } from "./types.ts";

/** Adds an entry of the own term and hands it to every follower that has room (§5.3). */
export function appendOwn(raft: Raft, command: string): Index {
  raft.log.append([{ term: raft.currentTerm, command }]);
  for (const [peer, progress] of raft.progress) sendEntries(raft, peer, progress);
  return raft.log.lastIndex;
}

/** Sends what the follower lacks, several batches ahead of its answers. */
function sendEntries(raft: Raft, peer: NodeName, progress: Progress): void {
  const allowed = progress.isProbing ? 1 : raft.options.inflightMax;
  while (progress.inflight.length < allowed && progress.nextIndex <= raft.log.lastIndex) {
    const entries = raft.rules.batch(raft.log, progress.nextIndex, raft.options);
    sendAppendEntries(raft, peer, progress, entries);
    const last = progress.nextIndex + entries.length - 1;
    progress.inflight.push(last);
    // A probe may be refused, so it does not move `nextIndex`.
    if (progress.isProbing) return;
    progress.nextIndex = last + 1;
  }
}

function sendAppendEntries(
  raft: Raft,
  peer: NodeName,
  progress: Progress,
  entries: readonly Entry[],
): void {
  const prevLogIndex = progress.nextIndex - 1;
  const prevLogTerm = raft.log.termAt(prevLogIndex) ?? 0;
  const { currentTerm: term, commitIndex: leaderCommit, round } = raft;
  const message: AppendEntries = {
    type: "appendEntries",
    term,
    prevLogIndex,
    prevLogTerm,
    entries,
    leaderCommit,
    round,
  };
  send(raft, peer, message);
}

/**
 * Sends an empty AppendEntries to everyone. It asks about the entry before `nextIndex`, so that its
 * refusal discovers a batch that was lost, and its acceptance one whose answer was.
 */
export function broadcastHeartbeat(raft: Raft): void {
  raft.heartbeatDeadlineMs = raft.nowMs + raft.options.heartbeatMs;
  for (const [peer, progress] of raft.progress) sendAppendEntries(raft, peer, progress, []);
}

export function onAppendEntries(raft: Raft, from: NodeName, request: AppendEntries): void {
  if (raft.rules.isDeposed(raft, request)) {
    const result = { success: false, conflictTerm: null, conflictIndex: 1 } as const;
    reply(raft, from, request, result);
    return;
  }
  if (raft.role !== "follower") becomeFollower(raft);
  raft.leader = from;
  raft.votedFor = raft.rules.voteUnder(raft, from);
  raft.leaderHeardMs = raft.nowMs;
  raft.round = Math.max(raft.round, request.round);
  resetElectionDeadline(raft);

  if (!raft.rules.matchesLog(raft.log, request)) {
    reply(raft, from, request, { success: false, ...conflictAt(raft, request.prevLogIndex) });
    return;
  }
  const held = raft.rules.heldCount(raft.log, request);
  if (held < request.entries.length) {
    raft.log.truncateFrom(request.prevLogIndex + 1 + held);
    raft.log.append(request.entries.slice(held));
  }
  raft.commitIndex = raft.rules.followerCommit(raft, request);
  const matchIndex = request.prevLogIndex + request.entries.length;
  reply(raft, from, request, { success: true, matchIndex });
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
function conflictAt(raft: Raft, prevLogIndex: Index) {
  const conflictTerm = raft.log.termAt(prevLogIndex);
  const conflictIndex =
    conflictTerm === null ? raft.log.lastIndex + 1 : raft.log.firstIndexOfTermAt(prevLogIndex);
  return { conflictTerm, conflictIndex };
}

export function onAppendEntriesReply(raft: Raft, from: NodeName, reply: AppendEntriesReply): void {
  const progress = raft.progress.get(from);
  if (raft.role !== "leader" || progress === undefined) return;
  if (!raft.rules.isCurrent(raft, reply)) return;

  progress.heardMs = raft.nowMs;
  progress.ackedRound = Math.max(progress.ackedRound, reply.round);
  if (reply.result.success) {
    onAgreement(raft, progress, reply.result);
  } else {
    onConflict(raft, progress, reply.prevLogIndex, reply.result);
  }
  sendEntries(raft, from, progress);
}

function onAgreement(raft: Raft, progress: Progress, result: { matchIndex: Index }): void {
  progress.matchIndex = raft.rules.matchAfter(progress, result);
  progress.nextIndex = Math.max(progress.nextIndex, progress.matchIndex + 1);
  progress.inflight = progress.inflight.filter((last) => last > progress.matchIndex);
  progress.isProbing = false;
  advanceCommit(raft);
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
  progress.inflight = [];
}

/** Commits what a majority has. */
export function advanceCommit(raft: Raft): void {
  raft.commitIndex = raft.rules.leaderCommit(raft);
}
