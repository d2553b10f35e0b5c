import type { Json, NodeEnv, NodeName } from "../env/env.ts";
import { hashJson, hashText } from "./hash.ts";
import type { Entry, Execution, Index, Persist, Raft, Role, Snapshot, Term } from "./types.ts";

/**
 * Writes a node's trace from what changed in a step. Records of entries cover a run of them: `index`
 * is the last one, `count` how many, `hashes` one number each, first to last. Equal hashes at
 * one index and term mean equal entries, on every node.
 */
export type Tracer = {
  onStep(persist: Persist | null): void;
  /** What the state machine executed, and a digest of each reply. */
  onApplied(executions: readonly Execution[], replies: readonly number[]): void;
  status(): void;
};

export function createTracer(env: NodeEnv, raft: Raft): Tracer {
  let role: Role = raft.role;
  let term: Term = raft.currentTerm;
  let leader: NodeName | null = raft.leader;
  let votedFor: NodeName | null = raft.votedFor;
  let votedTerm: Term = raft.currentTerm;
  let commitIndex: Index = raft.commitIndex;
  let durableSequence = raft.durable.sequence;

  let configuration = raft.configuration;
  traceConfiguration();

  function traceConfiguration(): void {
    configuration = raft.configuration;
    const { index, members } = configuration;
    env.trace({ kind: "config", term: raft.currentTerm, index, ...members });
  }

  function onState(): void {
    if (raft.configuration !== configuration) traceConfiguration();
    if (raft.role !== role || raft.currentTerm !== term || raft.leader !== leader) {
      ({ role, currentTerm: term, leader } = raft);
      env.trace({ kind: "role", term, role, leader });
    }
    // The same candidate in a newer term is another vote.
    if (raft.votedFor !== votedFor || votedTerm !== term) {
      ({ votedFor, currentTerm: votedTerm } = raft);
      if (votedFor !== null) env.trace({ kind: "vote", term, votedFor });
    }
  }

  function onDurable(): void {
    if (raft.durable.sequence === durableSequence) return;
    durableSequence = raft.durable.sequence;
    const { hardState, lastIndex: index } = raft.durable;
    const { currentTerm: durableTerm, votedFor } = hardState;
    env.trace({ kind: "persisted", term, index, durableTerm, votedFor });
  }

  function onPersist({ truncateFrom, first, entries, compaction }: Persist): void {
    if (compaction !== null) traceSnapshot(compaction.snapshot);
    if (truncateFrom !== null) env.trace({ kind: "truncate", term, index: truncateFrom });
    traceAppend(env, first, entries);
  }

  function traceSnapshot({ lastIncludedIndex: index, lastIncludedTerm, data }: Snapshot): void {
    const { lastIndex: lastLogIndex } = raft.log;
    const hash = hashSnapshot(data, index);
    env.trace({ kind: "snapshot", term, index, lastIncludedTerm, lastLogIndex, hash });
  }

  return {
    onStep: (persist) => {
      // First what came in: a leader's own vote is on disk before it is leader.
      onDurable();
      onState();
      if (persist !== null) onPersist(persist);
      if (raft.commitIndex !== commitIndex) {
        commitIndex = raft.commitIndex;
        env.trace({ kind: "commit", term, index: commitIndex });
      }
    },
    onApplied: (executions, replies) => {
      const [first] = executions;
      if (first === undefined) return;
      // Most often there is one: a list that begins empty makes room for many.
      const hashes = [hashEntry(first.index, first.entry)];
      for (let at = 1; at < executions.length; at++) {
        const { index, entry } = executions[at] as Execution;
        hashes.push(hashEntry(index, entry));
      }
      const index = first.index + executions.length - 1;
      env.trace({ kind: "apply", term, index, count: hashes.length, hashes, replies });
    },
    status: () => {
      const { lastApplied } = raft;
      env.trace({ kind: "status", term, role, leader, commitIndex, lastApplied });
    },
  };
}

/** The latest snapshot's text: in a simulation all nodes have the same, one soon after the other. */
let latest = { data: "", index: 0, hash: hashText("", 0) };

function hashSnapshot(data: string, index: Index): number {
  if (latest.index !== index || latest.data !== data) {
    latest = { data, index, hash: hashText(data, index) };
  }
  return latest.hash;
}

/** One record for each run of one term: `term` is that of the entries. */
function traceAppend(env: NodeEnv, first: Index, entries: readonly Entry[]): void {
  if (entries.length === 0) return;
  const allHashes = [hashEntry(first, entries[0] as Entry)];
  for (let at = 1; at < entries.length; at++) {
    allHashes.push(hashEntry(first + at, entries[at] as Entry));
  }
  for (let from = 0, to = 0; from < entries.length; from = to) {
    const { term } = entries[from] as Entry;
    while (to < entries.length && entries[to]?.term === term) to += 1;
    const hashes = to - from === entries.length ? allHashes : allHashes.slice(from, to);
    env.trace({ kind: "append", term, index: first + to - 1, count: to - from, hashes });
  }
}

/**
 * Hashes of the latest entries: each is traced when it is appended and again when it is executed, and
 * in a simulation by all nodes. Only remembered, never decided upon.
 */
const recentMax = 512;
const recent: { index: Index; term: Term; command: Json; hash: number }[] = Array.from(
  { length: recentMax },
  () => ({ index: 0, term: 0, command: null, hash: 0 }),
);

function hashEntry(index: Index, { term, command, members }: Entry): number {
  if (members !== undefined) return hashJson(members, Math.imul(term, 0x9e3779b1) ^ index);
  const slot = recent[index % recentMax] as (typeof recent)[number];
  // The nodes of a simulated cluster share an entry and its command.
  if (slot.index === index && slot.term === term && slot.command === command) return slot.hash;
  slot.index = index;
  slot.term = term;
  slot.command = command;
  slot.hash = hashJson(command, Math.imul(term, 0x9e3779b1) ^ index);
  return slot.hash;
}
