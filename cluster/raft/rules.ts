import type { NodeName } from "../env/env.ts";
import type { RaftLog } from "./log.ts";
import { ackedRoundOf, heardMsOf, matchIndexOf, reachedByQuorum } from "./quorum.ts";
import type {
  AppendEntries,
  Entry,
  HardState,
  Index,
  InstallSnapshot,
  Members,
  Message,
  PendingRead,
  PreVote,
  Progress,
  Raft,
  RaftOptions,
  RequestVote,
  Snapshot,
  Term,
  TimeoutNow,
} from "./types.ts";

/**
 * The decisions on which Raft's safety rests, each with its place in the paper. They look and never
 * change anything but what the generator draws. A planted bug is this table with one entry replaced.
 */
export type RaftRules = {
  /** How many of the members are a majority (§5.2). */
  quorum(memberCount: number): number;
  /** How long we wait for a leader before we run, drawn anew each time (§5.2). */
  electionTimeoutUs(raft: Raft): number;
  /** Whether a member's vote and copy count in a majority (thesis §4.2.1). */
  isCounted(members: Members, node: NodeName): boolean;
  /** Whether the next change of the members may begin (thesis §4.1; Ongaro, raft-dev, 2015). */
  mayChangeMembers(raft: Raft): boolean;
  /** Whether a learner may become a voter without holding up the others (thesis §4.2.1). */
  hasCaughtUp(raft: Raft, node: NodeName): boolean;
  /** Whether we may run for leader (thesis §4.2.2). */
  mayRun(raft: Raft): boolean;
  /** Whether a message's newer term makes us a follower in that term (fig. 2, all servers). */
  adoptsTerm(raft: Raft, message: Message): boolean;
  /** Whether this candidate may have our vote of the current term (§5.2). */
  isVoteFree(raft: Raft, from: NodeName): boolean;
  /** Our vote of the term once it has a leader, ourselves perhaps: it stands (§5.2). */
  voteUnder(raft: Raft, leader: NodeName): NodeName | null;
  /** What the disk keeps of term and vote (fig. 2, persistent state). */
  savedHardState(hardState: HardState): HardState;
  /** Whether a candidate's log holds all that may be committed (§5.4.1). */
  isUpToDate(log: RaftLog, request: RequestVote | PreVote): boolean;
  /** Whether we have a leader, and so encourage nobody to run (thesis §9.6). */
  hasLeader(raft: Raft): boolean;
  /** The round in which the leader consents to our running; null: first we ask (thesis §9.6). */
  consentRound(raft: Raft, order: TimeoutNow | null): number | null;
  /** Whether the leader of a term may still be handing over since this round (thesis §3.10). */
  isHandingOver(raft: Raft, order: { readonly term: Term; readonly round: number }): boolean;
  /** Whether a leader has heard from a majority lately; else it steps down (thesis §6.2). */
  hearsQuorum(raft: Raft): boolean;
  /** Whether a request comes from a leader that is deposed (§5.1). */
  isDeposed(raft: Raft, request: { readonly term: Term }): boolean;
  /** The consistency check of AppendEntries (§5.3). */
  matchesLog(log: RaftLog, request: AppendEntries): boolean;
  /** How many of a request's entries the log holds already; from the next on it is overwritten. */
  heldCount(log: RaftLog, request: AppendEntries): number;
  /** A follower's commit index after a request that matched (fig. 2, AppendEntries 5). */
  followerCommit(raft: Raft, request: AppendEntries): Index;
  /** The entries of one request, from `first` on: never changed after they are handed over. */
  batch(log: RaftLog, first: Index, options: RaftOptions): readonly Entry[];
  /** What a new leader knows a follower to hold, `before` being left from when it led earlier. */
  initialMatch(before: Progress | undefined): Index;
  /** A follower's `matchIndex` after it agreed. */
  matchAfter(progress: Progress, reply: { readonly matchIndex: Index }): Index;
  /** Whether a reply belongs to what we do now, and not to an earlier term. */
  isCurrent(raft: Raft, reply: { readonly term: Term; readonly requestTerm: Term }): boolean;
  /** Up to where the leader's own log counts in a majority. */
  ownMatch(raft: Raft): Index;
  /** Whether a leader may commit by counting up to here (§5.4.2, figure 8). */
  isCommittable(raft: Raft, index: Index): boolean;
  /** The leader's commit index as its followers stand (§5.3, §5.4.2). */
  leaderCommit(raft: Raft): Index;
  /** Whether a message must wait until everything before it is on disk. */
  waitsForDisk(message: Message): boolean;
  /** The commit index of a node that starts (fig. 2, volatile state). */
  initialCommit(log: RaftLog): Index;
  /** Up to where entries are executed, and their clients answered. */
  executable(raft: Raft): Index;
  /** Whether enough was executed since the last snapshot for another one (§7). */
  isSnapshotDue(raft: Raft): boolean;
  /** The term that a snapshot of everything executed ends with: that of its last entry (fig. 13). */
  lastIncludedTerm(raft: Raft, lastIncludedIndex: Index): Term;
  /** Whether a leader's snapshot holds more than we have: state must not go back (fig. 13). */
  isSnapshotNeeded(raft: Raft, request: InstallSnapshot): boolean;
  /** Whether the log goes on after a snapshot's last entry, or is of another history (fig. 13, 6). */
  keepsSuffix(log: RaftLog, snapshot: Snapshot): boolean;
  /** What is replaced first when the log is compacted: a crash in between must lose nothing. */
  compactionOrder(): readonly ("snapshot" | "log")[];
  /** The index that a read arriving now must see, or null while it cannot be known (§8). */
  readIndex(raft: Raft): Index | null;
  /** From when on the lease counts that a majority has granted (thesis §6.4.1). */
  leaseStartMs(raft: Raft): number;
  /** Whether nobody else can lead yet, so that a read needs no round of its own (thesis §6.4.1). */
  hasLease(raft: Raft): boolean;
  /** Whether we have certainly led at some moment after the read arrived (§8). */
  isReadConfirmed(raft: Raft, read: PendingRead): boolean;
};

export const raftRules: RaftRules = {
  quorum: (memberCount) => Math.floor(memberCount / 2) + 1,

  electionTimeoutUs: ({ rng, options }) =>
    rng.int(options.electionTimeoutMinMs * 1000, options.electionTimeoutMaxMs * 1000),

  isCounted: ({ voters }, node) => voters.includes(node),

  // A change that an earlier leader began may be out of force elsewhere, until one of ours commits.
  mayChangeMembers: (raft) =>
    raft.log.termAt(raft.commitIndex) === raft.currentTerm &&
    raft.configuration.index <= raft.commitIndex,

  hasCaughtUp: (raft, node) => {
    const progress = raft.progress.get(node);
    if (progress === undefined || progress.matchIndex === 0) return false;
    const isHeard = raft.nowMs - progress.heardMs < raft.options.electionTimeoutMinMs;
    return isHeard && raft.log.lastIndex - progress.matchIndex <= raft.options.batchEntriesMax;
  },

  // A server that is being removed may be the only one who can still commit its removal.
  mayRun: ({ id, configuration, configurations, commitIndex }) => {
    if (configuration.members.voters.includes(id)) return true;
    const before = configurations.at(-2);
    return configuration.index > commitIndex && before?.members.voters.includes(id) === true;
  },

  // Of a pre-vote that is granted, nobody is in the term yet. And a candidate must not depose the
  // leader that we hear: whoever is really in a newer term says so when it answers that leader.
  adoptsTerm: (raft, message) => {
    if (message.type === "preVote") return false;
    if (message.type === "preVoteReply" && message.granted) return false;
    if (message.type !== "requestVote" || !raft.rules.hasLeader(raft)) return true;
    const { term, consentRound: round } = message;
    return round !== null && raft.rules.isHandingOver(raft, { term: term - 1, round });
  },

  isVoteFree: (raft, from) => raft.votedFor === null || raft.votedFor === from,

  voteUnder: (raft) => raft.votedFor,

  savedHardState: (hardState) => hardState,

  isUpToDate: ({ lastTerm, lastIndex }, request) =>
    request.lastLogTerm === lastTerm
      ? request.lastLogIndex >= lastIndex
      : request.lastLogTerm > lastTerm,

  // A node that was cut off must not depose, when it is back, the leader that the others hear.
  hasLeader: (raft) =>
    raft.role === "leader" || raft.nowMs - raft.leaderHeardMs < raft.options.electionTimeoutMinMs,

  consentRound: (_, order) => order?.round ?? null,

  // No round begins during a transfer: a later one proves that it was given up.
  isHandingOver: (raft, { term, round }) => {
    const { leaseReads, electionTimeoutMinMs } = raft.options;
    // A node that has just started may have heard one, and forgotten it.
    const isFresh = leaseReads && raft.nowMs - raft.startedMs < electionTimeoutMinMs;
    if (raft.currentTerm === term) return raft.round <= round && !isFresh;
    return raft.currentTerm < term;
  },

  hearsQuorum: (raft) => {
    const heardMs = reachedByQuorum(raft, raft.nowMs, heardMsOf);
    return raft.nowMs - heardMs < raft.options.electionTimeoutMaxMs;
  },

  isDeposed: (raft, request) => request.term < raft.currentTerm,

  matchesLog: (log, { prevLogIndex, prevLogTerm }) => log.termAt(prevLogIndex) === prevLogTerm,

  // Only a conflict truncates: an old, short request must not cut off what a later one added.
  heldCount: (log, { prevLogIndex, entries }) => {
    let held = 0;
    while (held < entries.length && log.termAt(prevLogIndex + 1 + held) === entries[held]?.term) {
      held += 1;
    }
    return held;
  },

  // Bounded by what this request verified: what follows in our log may be a rival's.
  followerCommit: (raft, { prevLogIndex, entries, leaderCommit }) =>
    Math.max(raft.commitIndex, Math.min(leaderCommit, prevLogIndex + entries.length)),

  batch: (log, first, { batchEntriesMax, batchCharsMax }) =>
    log.batch(first, { countMax: batchEntriesMax, charsMax: batchCharsMax }),

  // What it held then may have been overwritten since.
  initialMatch: () => 0,

  matchAfter: (progress, { matchIndex }) => Math.max(progress.matchIndex, matchIndex),

  isCurrent: (raft, reply) =>
    reply.requestTerm === raft.currentTerm && reply.term === raft.currentTerm,

  ownMatch: (raft) => raft.durable.lastIndex,

  // Entries of earlier terms are committed only beneath one of the own term.
  isCommittable: (raft, index) => raft.log.termAt(index) === raft.currentTerm,

  leaderCommit: (raft) => {
    const { commitIndex, rules } = raft;
    const candidate = reachedByQuorum(raft, rules.ownMatch(raft), matchIndexOf);
    const isCommitted = candidate > commitIndex && rules.isCommittable(raft, candidate);
    return isCommitted ? candidate : commitIndex;
  },

  // A leader's entries may leave before they are on its own disk (§10.2.1 of Ongaro's thesis):
  // `ownMatch` counts them only afterwards. A snapshot is committed, a pre-vote
  // promises nothing; everything else does.
  waitsForDisk: ({ type }) =>
    type !== "appendEntries" &&
    type !== "installSnapshot" &&
    type !== "preVote" &&
    type !== "preVoteReply",

  // What of the log was committed is found out anew; a snapshot holds nothing else.
  initialCommit: (log) => log.snapshotIndex,

  executable: (raft) => raft.commitIndex,

  // A leader waits a little for followers that answer: what is cut off under way to them would have
  // to go as a snapshot. Never long, for the log is bounded.
  isSnapshotDue: (raft) => {
    const { snapshotEntriesMax } = raft.options;
    const count = raft.lastApplied - raft.log.snapshotIndex;
    return count > snapshotEntriesMax && (count > 3 * snapshotEntriesMax || !isAwaited(raft));
  },

  lastIncludedTerm: (raft, lastIncludedIndex) => raft.log.termAt(lastIncludedIndex) ?? 0,

  isSnapshotNeeded: (raft, { lastIncludedIndex }) => lastIncludedIndex > raft.commitIndex,

  keepsSuffix: (log, { lastIncludedIndex, lastIncludedTerm }) =>
    log.termAt(lastIncludedIndex) === lastIncludedTerm,

  // A snapshot beside a log that is too long says itself where that log goes on.
  compactionOrder: () => ["snapshot", "log"],

  readIndex: (raft) =>
    raft.log.termAt(raft.commitIndex) === raft.currentTerm ? raft.commitIndex : null,

  // The followers' promises began later than this, when they heard the round.
  leaseStartMs: (raft) => raft.leaseRoundSentMs,

  hasLease: (raft) => {
    const { leaseReads, electionTimeoutMinMs, clockDriftPermille } = raft.options;
    const leaseMs = (electionTimeoutMinMs * (1000 - clockDriftPermille)) / 1000;
    return leaseReads && raft.nowMs - raft.leaseStartMs < leaseMs;
  },

  isReadConfirmed: (raft, read) => read.round <= reachedByQuorum(raft, raft.round, ackedRoundOf),
};

/** Whether a follower that answered within the last heartbeats lacks what was executed. */
function isAwaited({ followers, lastApplied, nowMs, options }: Raft): boolean {
  for (const { matchIndex, heardMs } of followers) {
    if (matchIndex < lastApplied && nowMs - heardMs < 2 * options.heartbeatMs) return true;
  }
  return false;
}
