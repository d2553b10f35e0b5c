import type { Json, NodeName } from "../env/env.ts";
import type { Rng } from "../env/rng.ts";
import type { Inflight } from "./inflight.ts";
import type { RaftLog } from "./log.ts";
import type { Outbox } from "./outbox.ts";
import type { RaftRules } from "./rules.ts";
import type { StepList } from "./step-list.ts";

/** Names are those of figure 2 of the extended Raft paper, cited as "fig. 2" and "§". */
export type Term = number;

/** Position in the log; the first entry has index 1 and 0 stands before it. */
export type Index = number;

/** Voters decide; learners follow and count for nothing (thesis §4.2.1). */
export type Members = {
  readonly voters: readonly NodeName[];
  readonly learners: readonly NodeName[];
};

/** Members, and the index of the entry that names them; 0 for those of the start. */
export type Configuration = { readonly index: Index; readonly members: Members };

/**
 * One log entry. `command` is the client's affair; null is the no-op of a new leader (§8), or an entry
 * that changes the members. Never changed.
 */
export type Entry = {
  readonly term: Term;
  readonly command: Json;
  readonly members?: Members;
};

export type RequestVote = {
  readonly type: "requestVote";
  readonly term: Term;
  readonly lastLogIndex: Index;
  readonly lastLogTerm: Term;
  /** The round in which the leader of the term before told the candidate to run, or null. */
  readonly consentRound: number | null;
};

export type RequestVoteReply = {
  readonly type: "requestVoteReply";
  readonly term: Term;
  readonly granted: boolean;
};

/** Asks whether `requestVote` for `term`, in which nobody is yet, would be granted (thesis §9.6). */
export type PreVote = Omit<RequestVote, "type" | "consentRound"> & { readonly type: "preVote" };

/** `term` is the one asked for when granted, else the voter's own. */
export type PreVoteReply = Omit<RequestVoteReply, "type"> & { readonly type: "preVoteReply" };

export type AppendEntries = {
  readonly type: "appendEntries";
  readonly term: Term;
  readonly prevLogIndex: Index;
  readonly prevLogTerm: Term;
  /** Empty in a heartbeat. */
  readonly entries: readonly Entry[];
  readonly leaderCommit: Index;
  /** The latest round of heartbeats when it was sent: an answer proves leadership after it began. */
  readonly round: number;
};

/** Tells the target of a transfer to run at once (thesis §3.10); void once a later round began. */
export type TimeoutNow = {
  readonly type: "timeoutNow";
  readonly term: Term;
  readonly round: number;
};

/** Repeats what it needs of its request: replies arrive late, twice and in any order. */
export type AppendEntriesReply = {
  readonly type: "appendEntriesReply";
  readonly term: Term;
  readonly requestTerm: Term;
  readonly round: number;
  readonly prevLogIndex: Index;
  readonly result:
    | { readonly success: true; readonly matchIndex: Index }
    /** Where the logs part (§5.3, end): null when the follower's log is too short. */
    | {
        readonly success: false;
        readonly conflictTerm: Term | null;
        readonly conflictIndex: Index;
      };
};

/** One part of a snapshot (fig. 13). */
export type InstallSnapshot = {
  readonly type: "installSnapshot";
  readonly term: Term;
  readonly lastIncludedIndex: Index;
  readonly lastIncludedTerm: Term;
  readonly members: Members;
  /** Where `data` begins in the snapshot's text. */
  readonly offset: number;
  readonly data: string;
  /** Whether this is the last part. */
  readonly done: boolean;
  /** As in `AppendEntries`. */
  readonly round: number;
};

export type InstallSnapshotReply = {
  readonly type: "installSnapshotReply";
  readonly term: Term;
  readonly requestTerm: Term;
  readonly round: number;
  readonly lastIncludedIndex: Index;
  /** How much of the text the follower has, from its beginning. */
  readonly offset: number;
  /** Whether the follower holds everything up to `lastIncludedIndex`. */
  readonly isHeld: boolean;
};

export type Message =
  | PreVote
  | PreVoteReply
  | RequestVote
  | RequestVoteReply
  | AppendEntries
  | AppendEntriesReply
  | InstallSnapshot
  | InstallSnapshotReply
  | TimeoutNow;

/** A client's call at its own node: only handed back, never looked at. */
export type Ticket = unknown;

/** What happens to a node. `nowMs` is monotonic. */
export type Input = { readonly nowMs: number } & (
  | { readonly kind: "time" }
  | { readonly kind: "receive"; readonly from: NodeName; readonly message: Message }
  | { readonly kind: "propose"; readonly ticket: Ticket; readonly command: Json }
  | { readonly kind: "read"; readonly ticket: Ticket }
  | { readonly kind: "transfer"; readonly ticket: Ticket; readonly to: NodeName }
  | { readonly kind: "changeMembers"; readonly ticket: Ticket; readonly change: MemberChange }
  /** Everything up to this persist is on disk. */
  | { readonly kind: "persisted"; readonly sequence: number }
  /** The state machine's text, which `takeSnapshot` asked for. */
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
);

/** A new server is added as learner, and promoted to voter. */
export type MemberChange = {
  readonly change: "add" | "promote" | "remove";
  readonly node: NodeName;
};

export type HardState = { readonly currentTerm: Term; readonly votedFor: NodeName | null };

/** The state machine after the entry `lastIncludedIndex`, in place of the log up to there (§7). */
export type Snapshot = {
  readonly lastIncludedIndex: Index;
  readonly lastIncludedTerm: Term;
  /** Those in force at that entry. */
  readonly members: Members;
  readonly data: string;
};

/** A snapshot, and everything that stays beside it. */
export type Compaction = {
  readonly snapshot: Snapshot;
  readonly hardState: HardState;
  /** The log after the snapshot, whole. */
  readonly entries: readonly Entry[];
};

/** Done in this order: the hard state, the truncation, then the entries from index `first` on. */
export type Persist = {
  readonly sequence: number;
  readonly hardState: HardState | null;
  readonly truncateFrom: Index | null;
  readonly first: Index;
  readonly entries: readonly Entry[];
  /** A new snapshot: what it says replaces all that was written before. */
  readonly compaction: Compaction | null;
};

/** An entry to execute, with the call that waits for it at this node, or null. */
export type Execution = {
  readonly index: Index;
  readonly entry: Entry;
  readonly ticket: Ticket;
};

/** Kept by whoever sends it later as a copy: the next step uses it again. */
export type Send = {
  to: NodeName;
  message: Message;
  /** The persist that must be on disk before the message leaves; 0 for none. Found at a step's end. */
  after: number;
};

/**
 * `not-leader`: certainly not appended. `outcome-unknown`: appended, then leadership was lost.
 * The others answer an administrator: `invalid`: it cannot be done as things are; `busy`: something
 * like it is under way; `lagging`: a learner has not caught up; `aborted`: the target of a transfer
 * did not take over in time.
 */
export type Refusal = "not-leader" | "outcome-unknown" | "invalid" | "busy" | "lagging" | "aborted";

/** What the caller must do besides. */
export type Effect =
  | { readonly kind: "apply"; readonly executions: readonly Execution[] }
  /** The state machine as it stands is wanted as text, in an input `snapshot`. */
  | {
      readonly kind: "takeSnapshot";
      readonly lastIncludedIndex: Index;
      readonly lastIncludedTerm: Term;
      readonly members: Members;
    }
  /** The state machine is to be replaced. */
  | { readonly kind: "restore"; readonly snapshot: Snapshot }
  | { readonly kind: "serveRead"; readonly ticket: Ticket }
  /** We do not lead any more, as a transfer wanted. */
  | { readonly kind: "transferred"; readonly ticket: Ticket }
  | { readonly kind: "refuse"; readonly ticket: Ticket; readonly refusal: Refusal };

export type Role = "follower" | "candidate" | "leader";

/** What a leader knows of one follower. */
export type Progress = {
  readonly peer: NodeName;
  nextIndex: Index;
  matchIndex: Index;
  /** Batches on their way; bounded by `inflightMax`. */
  readonly inflight: Inflight;
  /** True from a refusal until an agreement: one request at a time looks for the common prefix. */
  isProbing: boolean;
  /** The latest round it answered. */
  ackedRound: number;
  /** A snapshot on its way, finished even if a newer one exists; how much of its text has arrived. */
  sending: { readonly snapshot: Snapshot; offset: number } | null;
  /** When it answered last, in our term. */
  heardMs: number;
  /** Whether it counts in a majority. */
  isVoter: boolean;
};

/** A leader that hands over takes no proposals and begins no round. */
export type Transfer = {
  readonly ticket: Ticket;
  readonly to: NodeName;
  readonly deadlineMs: number;
  isTold: boolean;
};

/** A call that waits for the entry at `index` to be executed. */
export type Proposal = { readonly index: Index; readonly ticket: Ticket };

export type PendingRead = {
  readonly ticket: Ticket;
  /** `commitIndex` when it arrived. */
  readonly readIndex: Index;
  /** Only answers to this round or a later one prove that we still lead. */
  readonly round: number;
};

export type RaftOptions = {
  /** Election timeouts are drawn from this range, bounds included (§5.2). */
  readonly electionTimeoutMinMs: number;
  readonly electionTimeoutMaxMs: number;
  readonly heartbeatMs: number;
  /** Bounds of one AppendEntries; a single larger entry still goes. */
  readonly batchEntriesMax: number;
  readonly batchCharsMax: number;
  /** AppendEntries with entries that may be unanswered, per follower. */
  readonly inflightMax: number;
  /** A snapshot is taken when so many entries have been executed since the last one, and one more. */
  readonly snapshotEntriesMax: number;
  /** How much of a snapshot's text goes in one message. */
  readonly snapshotChunkChars: number;
  /** Reads are served by a lease where there is one, else by a round (thesis §6.4.1). */
  readonly leaseReads: boolean;
  /** By how much the rates of any two monotonic clocks may differ: leases rest on it. */
  readonly clockDriftPermille: number;
  /** So many nodes, from the first on, are voters at the start, and the others wait; 0: all. */
  readonly initialVoters: number;
};

/** The beginning of a snapshot's text; a later part of another one takes its place. */
export type IncomingSnapshot = {
  readonly from: NodeName;
  readonly term: Term;
  readonly lastIncludedIndex: Index;
  text: string;
};

/** The state of one node, changed in place by `step` and read by everyone else. */
export type Raft = {
  readonly id: NodeName;
  /** Every server there may be; any of them may be a member. */
  readonly known: readonly NodeName[];
  readonly options: RaftOptions;
  readonly rules: RaftRules;
  readonly rng: Rng;
  readonly log: RaftLog;

  /** The one at which the log begins, then those in it, oldest first. */
  configurations: Configuration[];
  /** The latest, which is in force, and what follows from it. */
  configuration: Configuration;
  peers: readonly NodeName[];
  quorum: number;
  isVoter: boolean;
  /** Leader: nobody is left who is not a member. */
  isSettled: boolean;

  currentTerm: Term;
  votedFor: NodeName | null;
  role: Role;
  leader: NodeName | null;
  commitIndex: Index;
  lastApplied: Index;

  nowMs: number;
  /** When this incarnation began. */
  readonly startedMs: number;
  electionDeadlineMs: number;
  /** When an AppendEntries of a leader came last. */
  leaderHeardMs: number;
  heartbeatDeadlineMs: number;
  /** The latest round of heartbeats of the term: begun by us, or heard from its leader. */
  round: number;

  /** Who would vote for us in the next term; empty while we do not ask. */
  preVotes: Set<NodeName>;
  /** Candidate: who voted for us, ourselves only once that vote is on disk. */
  votes: Set<NodeName>;
  /** Leader: its followers; otherwise as they stood when it led last. */
  progress: Map<NodeName, Progress>;
  /** The values of `progress`: they are gone through at every turn. */
  followers: readonly Progress[];
  /** Leader: the calls that wait, oldest first: mostly a few. */
  proposals: Proposal[];
  transfer: Transfer | null;
  /** Leader: the round whose answers will renew the lease, null for none, and when it was sent. */
  leaseRound: number | null;
  leaseRoundSentMs: number;
  leaseStartMs: number;
  reads: PendingRead[];
  /** Reads that came before an entry of this term was committed. */
  earlyReads: Ticket[];

  /** The latest one, which the log follows; null as long as the log is whole. */
  snapshot: Snapshot | null;
  /** Whether it is not yet handed to the disk. */
  isSnapshotNew: boolean;
  /** Parts of a leader's snapshot that have come so far. */
  incoming: IncomingSnapshot | null;

  persistSequence: number;
  /** Persists on their way, and what will be durable after each. */
  persisting: { readonly sequence: number; readonly hardState: HardState; lastIndex: Index }[];
  durable: { sequence: number; hardState: HardState; lastIndex: Index };

  /** Collected while `step` runs, for its caller. */
  readonly effects: StepList<Effect>;
  readonly outbox: Outbox;
};
