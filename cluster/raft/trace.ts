import type { NodeEnv, NodeName } from "../env/env.ts";
import { hashText } from "./hash.ts";
import type { Effect, Entry, Index, Raft, Role, Term } from "./types.ts";

/**
 * Writes a node's trace from what changed in a step. Records of entries cover a run of them: `index`
 * is the last one, `count` how many, `hashes` one number each, first to last. Equal hashes at
 * one index and term mean equal entries, on every node.
 */
export type Tracer = { onStep(effects: readonly Effect[]): void; status(): void };

export function createTracer(env: NodeEnv, raft: Raft): Tracer {
  let role: Role = raft.role;
  let term: Term = raft.currentTerm;
  let leader: NodeName | null = raft.leader;
  let votedFor: NodeName | null = raft.votedFor;
  let commitIndex: Index = raft.commitIndex;
  let durableSequence = raft.durable.sequence;

  function onState(): void {
    if (raft.role !== role || raft.currentTerm !== term || raft.leader !== leader) {
      ({ role, currentTerm: term, leader } = raft);
      env.trace({ kind: "role", term, role, leader });
    }
    if (raft.votedFor !== votedFor) {
      votedFor = raft.votedFor;
      if (votedFor !== null) env.trace({ kind: "vote", term, votedFor });
    }
  }

  function onEntries(effect: Effect): void {
    if (effect.kind === "persist") {
      const { truncateFrom, first, entries } = effect;
      if (truncateFrom !== null) env.trace({ kind: "truncate", term, index: truncateFrom });
      traceAppend(env, first, entries);
    }
    if (effect.kind === "apply") {
      const hashes = effect.executions.map(({ index, entry }) => hashEntry(index, entry));
      const index = effect.executions.at(-1)?.index ?? 0;
      env.trace({ kind: "apply", term, index, count: hashes.length, hashes });
    }
  }

  return {
    onStep: (effects) => {
      onState();
      if (raft.durable.sequence !== durableSequence) {
        durableSequence = raft.durable.sequence;
        env.trace({ kind: "persisted", term, index: raft.durable.lastIndex });
      }
      if (raft.commitIndex !== commitIndex) {
        commitIndex = raft.commitIndex;
        env.trace({ kind: "commit", term, index: commitIndex });
      }
      for (const effect of effects) onEntries(effect);
    },
    status: () => {
      const { lastApplied } = raft;
      env.trace({ kind: "status", term, role, leader, commitIndex, lastApplied });
    },
  };
}

/** One record for each run of one term: `term` is that of the entries. */
function traceAppend(env: NodeEnv, first: Index, entries: readonly Entry[]): void {
  let hashes: number[] = [];
  entries.forEach((entry, at) => {
    const index = first + at;
    hashes.push(hashEntry(index, entry));
    if (entries[at + 1]?.term === entry.term) return;
    env.trace({ kind: "append", term: entry.term, index, count: hashes.length, hashes });
    hashes = [];
  });
}

function hashEntry(index: Index, { term, command }: Entry): number {
  return hashText(command, Math.imul(term, 0x9e3779b1) ^ index);
}
