/**
 * The Raft consensus core (Ongaro and Ousterhout, extended version, figure 2), one node of it.
 *
 * Deterministic: the same inputs give the same effects; no clock, no I/O, and randomness only from
 * the generator it was given. Persisting is asynchronous: `step` goes on while a write is under way,
 * and messages name the write that they wait for. Tolerates loss, duplication and reordering of
 * messages.
 */
import type { Json, NodeName } from "../env/env.ts";
import type { Rng } from "../env/rng.ts";
import { restartConfigurations } from "./configuration.ts";
import {
  countVote,
  onElectionTimeout,
  onPreVote,
  onPreVoteReply,
  onRequestVote,
  onRequestVoteReply,
  onTimeoutNow,
} from "./election.ts";
import { RaftLog } from "./log.ts";
import { onChangeMembers, settleMembers } from "./membership.ts";
import { Outbox } from "./outbox.ts";
import { advanceReads, onRead } from "./reads.ts";
import {
  advanceCommit,
  appendOwn,
  onAppendEntries,
  onAppendEntriesReply,
  onInstallSnapshot,
  onInstallSnapshotReply,
} from "./replication.ts";
import { adoptTerm, becomeFollower, resetElectionDeadline } from "./roles.ts";
import type { RaftRules } from "./rules.ts";
import { onSnapshotTaken, requestSnapshot } from "./snapshots.ts";
import { StepList } from "./step-list.ts";
import { advanceTransfer, beatInTransfer, onTransfer } from "./transfer.ts";
import type {
  Compaction,
  Entry,
  Execution,
  HardState,
  Index,
  Input,
  Message,
  Persist,
  Raft,
  RaftOptions,
  Send,
  Snapshot,
  Ticket,
} from "./types.ts";

export const raftOptionsDefault: RaftOptions = {
  electionTimeoutMinMs: 500,
  electionTimeoutMaxMs: 1200,
  heartbeatMs: 80,
  batchEntriesMax: 128,
  batchCharsMax: 128 * 1024,
  inflightMax: 4,
  snapshotEntriesMax: 1000,
  snapshotChunkChars: 32 * 1024,
  leaseReads: false,
  clockDriftPermille: 50,
  initialVoters: 0,
};

/** With what waits for a snapshot, and what a deposed leader leaves: below 8 times in all. */
const uncommittedSnapshots = 4;

/** A node as it comes up, with what its disk held. */
export type RaftStart = {
  readonly id: NodeName;
  /** Every server there may be, this one included. */
  readonly nodes: readonly NodeName[];
  /** The voters at the start of the log; all `nodes` unless given. */
  readonly voters?: readonly NodeName[];
  readonly rules: RaftRules;
  readonly rng: Rng;
  readonly nowMs: number;
  readonly hardState: HardState;
  readonly snapshot: Snapshot | null;
  /** The log after the snapshot. */
  readonly entries: readonly Entry[];
  readonly options?: RaftOptions;
};

export function createRaft(start: RaftStart): Raft {
  const { id, nodes, rules, rng, nowMs, hardState, snapshot, entries } = start;
  const options = start.options ?? raftOptionsDefault;
  const { lastIncludedIndex = 0, lastIncludedTerm = 0 } = snapshot ?? {};
  const log = new RaftLog(entries, lastIncludedIndex, lastIncludedTerm);
  const members = snapshot?.members ?? { voters: start.voters ?? nodes, learners: [] };
  const base = { index: lastIncludedIndex, members };
  const raft: Raft = {
    id,
    known: nodes,
    configurations: [],
    configuration: base,
    peers: [],
    quorum: 0,
    isVoter: false,
    isSettled: true,
    options,
    rules,
    rng,
    log,
    currentTerm: hardState.currentTerm,
    votedFor: hardState.votedFor,
    role: "follower",
    leader: null,
    commitIndex: rules.initialCommit(log),
    lastApplied: lastIncludedIndex,
    nowMs,
    startedMs: nowMs,
    electionDeadlineMs: 0,
    // An earlier incarnation may have granted a lease until an election timeout from now.
    leaderHeardMs: options.leaseReads ? nowMs : Number.NEGATIVE_INFINITY,
    heartbeatDeadlineMs: 0,
    preVotes: new Set(),
    votes: new Set(),
    progress: new Map(),
    followers: [],
    proposals: [],
    round: 0,
    transfer: null,
    leaseRound: null,
    leaseRoundSentMs: 0,
    leaseStartMs: Number.NEGATIVE_INFINITY,
    reads: [],
    earlyReads: [],
    snapshot,
    isSnapshotNew: false,
    incoming: null,
    persistSequence: 0,
    persisting: [],
    durable: { sequence: 0, hardState, lastIndex: log.lastIndex },
    effects: new StepList(),
    outbox: new Outbox(),
  };
  restartConfigurations(raft, base, entries);
  resetElectionDeadline(raft);
  return raft;
}

/** When the node wants the next input of kind `time`, at the latest. */
export function deadlineMs(raft: Raft): number {
  return raft.role === "leader" ? raft.heartbeatDeadlineMs : raft.electionDeadlineMs;
}

/**
 * Advances the node by one input. The caller persists what is returned, does what is in `effects` and
 * sends what is in `outbox`, in this order and without waiting for the disk, before the next step.
 */
export function step(raft: Raft, input: Input): Persist | null {
  const { currentTerm, votedFor } = raft;
  raft.nowMs = input.nowMs;
  raft.outbox.clear();
  raft.effects.clear();

  settleMembers(raft);
  dispatch(raft, input);
  execute(raft);
  requestSnapshot(raft);
  advanceReads(raft);
  advanceTransfer(raft);

  const isSame = currentTerm === raft.currentTerm && votedFor === raft.votedFor;
  const persist = takePersist(raft, isSame);
  if (raft.persistSequence > raft.durable.sequence) holdBack(raft);
  return persist;
}

/** While a write is under way, what must not leave before it waits for it. */
function holdBack({ outbox, rules, persistSequence }: Raft): void {
  for (let at = 0; at < outbox.count; at++) {
    const send = outbox.items[at] as Send;
    if (rules.waitsForDisk(send.message)) send.after = persistSequence;
  }
}

function dispatch(raft: Raft, input: Input): void {
  switch (input.kind) {
    case "time":
      if (input.nowMs < deadlineMs(raft)) return;
      if (raft.role === "leader") leadOn(raft);
      else onElectionTimeout(raft);
      break;
    case "receive":
      onMessage(raft, input.from, input.message);
      break;
    case "propose":
      onPropose(raft, input.ticket, input.command);
      break;
    case "read":
      onRead(raft, input.ticket);
      break;
    case "transfer":
      onTransfer(raft, input.ticket, input.to);
      break;
    case "changeMembers":
      onChangeMembers(raft, input.ticket, input.change);
      break;
    case "persisted":
      onPersisted(raft, input.sequence);
      break;
    case "snapshot":
      onSnapshotTaken(raft, input.snapshot);
      break;
  }
}

/** A leader that a majority may have left must not hold its clients, nor its followers, for ever. */
function leadOn(raft: Raft): void {
  if (raft.rules.hearsQuorum(raft)) {
    beatInTransfer(raft);
    return;
  }
  raft.leader = null;
  becomeFollower(raft);
}

function onMessage(raft: Raft, from: NodeName, message: Message): void {
  const isNewer = message.term > raft.currentTerm;
  if (isNewer && raft.rules.adoptsTerm(raft, message)) adoptTerm(raft, message.term);
  switch (message.type) {
    case "preVote":
      onPreVote(raft, from, message);
      break;
    case "preVoteReply":
      onPreVoteReply(raft, from, message);
      break;
    case "requestVote":
      onRequestVote(raft, from, message);
      break;
    case "requestVoteReply":
      onRequestVoteReply(raft, from, message);
      break;
    case "appendEntries":
      onAppendEntries(raft, from, message);
      break;
    case "appendEntriesReply":
      onAppendEntriesReply(raft, from, message);
      break;
    case "timeoutNow":
      onTimeoutNow(raft, message);
      break;
    case "installSnapshot":
      onInstallSnapshot(raft, from, message);
      break;
    case "installSnapshotReply":
      onInstallSnapshotReply(raft, from, message);
      break;
  }
}

function onPropose(raft: Raft, ticket: Ticket, command: Json): void {
  if (raft.role !== "leader" || raft.transfer !== null || !hasRoom(raft)) {
    raft.effects.add({ kind: "refuse", ticket, refusal: "not-leader" });
    return;
  }
  raft.proposals.push({ index: appendOwn(raft, command), ticket });
}

/** A leader that cannot commit takes no more: only what was executed can leave the log again. */
function hasRoom({ log, commitIndex, options }: Raft): boolean {
  return log.lastIndex - commitIndex < uncommittedSnapshots * options.snapshotEntriesMax;
}

/** The own vote and the own copy of an entry count from here on. */
function onPersisted(raft: Raft, sequence: number): void {
  while (raft.persisting[0] !== undefined && raft.persisting[0].sequence <= sequence) {
    raft.durable = raft.persisting[0];
    raft.persisting.shift();
  }
  const { currentTerm, votedFor } = raft.durable.hardState;
  const isOwnVote = currentTerm === raft.currentTerm && votedFor === raft.id;
  if (raft.role === "candidate" && isOwnVote) countVote(raft, raft.id);
  if (raft.role === "leader") advanceCommit(raft);
}

/** Hands out the entries that may be executed, in order, each once. */
function execute(raft: Raft): void {
  const last = raft.rules.executable(raft);
  if (raft.lastApplied >= last) return;
  const executions = [takeExecution(raft)];
  while (raft.lastApplied < last) executions.push(takeExecution(raft));
  raft.effects.add({ kind: "apply", executions });
}

function takeExecution(raft: Raft): Execution {
  const index = raft.lastApplied + 1;
  raft.lastApplied = index;
  return { index, entry: raft.log.entryAt(index), ticket: takeProposal(raft, index) };
}

/** The call that waits for an entry, or null. */
function takeProposal({ proposals }: Raft, index: Index): Ticket {
  // Entries are executed in order: what is looked for stands first, if it is there.
  if (proposals[0]?.index === index) return proposals.shift()?.ticket ?? null;
  const at = proposals.findIndex((proposal) => proposal.index === index);
  return at < 0 ? null : (proposals.splice(at, 1)[0]?.ticket ?? null);
}

/**
 * What must go to disk: whatever differs from before, the hard state if it is not the same. Found
 * here, once, so that no handler can forget it: a vote lost in a crash could be cast twice in one
 * term (§5.2).
 */
function takePersist(raft: Raft, isSame: boolean): Persist | null {
  const change = raft.log.takeChange();
  if (isSame && change === null && !raft.isSnapshotNew) return null;

  const { currentTerm, votedFor } = raft;
  const latest = raft.persisting.at(-1) ?? raft.durable;
  const hardState = isSame ? latest.hardState : { currentTerm, votedFor };
  const { lastIndex } = raft.log;
  raft.persistSequence += 1;
  const cut = change?.truncateFrom ?? null;
  if (cut !== null) {
    // A write under way still holds what was cut: it proves nothing about what replaced it.
    for (const one of [raft.durable, ...raft.persisting]) {
      one.lastIndex = Math.min(one.lastIndex, cut - 1);
    }
  }
  const saved = raft.rules.savedHardState(hardState);
  const compaction = takeCompaction(raft, saved);
  raft.persisting.push({ sequence: raft.persistSequence, hardState, lastIndex });
  return {
    sequence: raft.persistSequence,
    hardState: isSame ? null : saved,
    truncateFrom: cut,
    first: change?.first ?? lastIndex + 1,
    entries: change?.entries ?? [],
    compaction,
  };
}

function takeCompaction(raft: Raft, hardState: HardState): Compaction | null {
  const { snapshot, isSnapshotNew } = raft;
  if (snapshot === null || !isSnapshotNew) return null;
  raft.isSnapshotNew = false;
  return { snapshot, hardState, entries: raft.log.entries() };
}
