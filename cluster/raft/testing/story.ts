import type { NodeName, TraceRecord } from "../../env/env.ts";
import { createInvariants, type Invariants } from "../invariants.ts";

/** What a node of a story has done so far: the rest of its records is filled in from here. */
type Told = {
  inc: number;
  term: number;
  votedFor: NodeName | null;
  last: number;
  lastTerm: number;
  snapshotIndex: number;
  snapshotTerm: number;
};

/** A new disk. */
export const nothing: Omit<Told, "inc"> = {
  term: 0,
  votedFor: null,
  last: 0,
  lastTerm: 0,
  snapshotIndex: 0,
  snapshotTerm: 0,
};

/**
 * A trace told by hand: each call is one record, or the few that always come together. Entries are
 * hashed as `index * 1000 + term`, unless told.
 */
export class Story {
  readonly invariants: Invariants;
  readonly #told: ReadonlyMap<NodeName, Told>;
  #timeNs = 0;

  /** All nodes are up, with empty disks. */
  constructor(nodes: readonly NodeName[]) {
    this.invariants = createInvariants(nodes);
    this.#told = new Map(nodes.map((node) => [node, { ...nothing, inc: 0 }]));
    for (const node of nodes) this.start(node);
  }

  #of(node: NodeName): Told {
    const told = this.#told.get(node);
    if (told === undefined) throw new RangeError(`no node ${node}`);
    return told;
  }

  say(node: NodeName, record: TraceRecord): this {
    this.#timeNs += 1_000_000;
    this.invariants.observe(node, this.#of(node).inc, record, this.#timeNs);
    return this;
  }

  /** Comes up with what it has, unless the disk holds something else. */
  start(node: NodeName, disk: Partial<Told> = {}): this {
    const told = Object.assign(this.#of(node), disk);
    told.inc += 1;
    const { inc: _, last: lastLogIndex, lastTerm: lastLogTerm, ...found } = told;
    return this.say(node, { kind: "start", ...found, lastLogIndex, lastLogTerm });
  }

  role(node: NodeName, role: string, term: number, leader: NodeName | null = null): this {
    const told = this.#of(node);
    if (term !== told.term) told.votedFor = null;
    told.term = term;
    return this.say(node, { kind: "role", term, role, leader });
  }

  vote(node: NodeName, votedFor: NodeName): this {
    const told = this.#of(node);
    told.votedFor = votedFor;
    return this.say(node, { kind: "vote", term: told.term, votedFor });
  }

  /** Term, vote and log are on disk. */
  persisted(node: NodeName, index: number = this.#of(node).last): this {
    const { term, votedFor } = this.#of(node);
    return this.say(node, { kind: "persisted", term, index, durableTerm: term, votedFor });
  }

  /** Who decides, in the log of this node. */
  config(node: NodeName, voters: readonly NodeName[]): this {
    const { term, last: index } = this.#of(node);
    return this.say(node, { kind: "config", term, index, voters, learners: [] });
  }

  /** A leader changes the members: they are in force before the entry is on disk. */
  change(leader: NodeName, voters: readonly NodeName[]): this {
    const { term, last } = this.#of(leader);
    this.say(leader, { kind: "config", term, index: last + 1, voters, learners: [] });
    return this.append(leader, term);
  }

  append(node: NodeName, term: number, count = 1, hash?: number): this {
    const told = this.#of(node);
    const first = told.last + 1;
    told.last += count;
    told.lastTerm = term;
    const hashes = Array.from({ length: count }, (_, at) => hash ?? hashAt(first + at, term));
    return this.say(node, { kind: "append", term, index: told.last, count, hashes });
  }

  truncate(node: NodeName, index: number, lastTerm: number): this {
    const told = this.#of(node);
    Object.assign(told, { last: index - 1, lastTerm });
    return this.say(node, { kind: "truncate", term: told.term, index });
  }

  commit(node: NodeName, index: number): this {
    return this.say(node, { kind: "commit", term: this.#of(node).term, index });
  }

  apply(node: NodeName, index: number, hash: number, reply = 0): this {
    const { term } = this.#of(node);
    return this.say(node, {
      kind: "apply",
      term,
      index,
      count: 1,
      hashes: [hash],
      replies: [reply],
    });
  }

  /** In place of the log up to this entry; the rest of the log stays unless `last` says otherwise. */
  snapshot(node: NodeName, index: number, lastIncludedTerm: number, hash: number): this {
    const told = this.#of(node);
    if (told.last <= index) Object.assign(told, { last: index, lastTerm: lastIncludedTerm });
    Object.assign(told, { snapshotIndex: index, snapshotTerm: lastIncludedTerm });
    const { term, last: lastLogIndex } = told;
    return this.say(node, { kind: "snapshot", term, index, lastIncludedTerm, lastLogIndex, hash });
  }

  /** Votes, on disk, and then the leader; each voter must be in an earlier term. */
  elect(leader: NodeName, term: number, voters: readonly NodeName[]): this {
    for (const voter of [leader, ...voters]) {
      this.role(voter, voter === leader ? "candidate" : "follower", term);
      this.vote(voter, leader).persisted(voter);
    }
    return this.role(leader, "leader", term, leader);
  }

  /** The leader makes an entry, and it and the others have it on disk. */
  replicate(leader: NodeName, others: readonly NodeName[], count = 1): this {
    const { term } = this.#of(leader);
    for (const node of [leader, ...others]) this.append(node, term, count).persisted(node);
    return this;
  }
}

export function hashAt(index: number, term: number): number {
  return index * 1000 + term;
}
