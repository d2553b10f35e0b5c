import type { Index, Term } from "../types.ts";

/** A leader of a term, with the last entry that it had when it was elected. */
export type Elected = {
  readonly term: Term;
  readonly leader: number;
  readonly lastIndex: Index;
  readonly lastTerm: Term;
};

/** What the leaders of a term are known to have committed at least. */
type Committed = { readonly term: Term; index: Index; entryTerm: Term };

const noneElected: readonly Elected[] = [];

/** Votes on disk, leaders and what they committed, by term; terms that all nodes have left are forgotten. */
export class Elections {
  readonly #nodeCount: number;
  /** Of each term: for each node 1 + the number of whom it voted for, 0 for nobody. */
  readonly #votes = new Map<Term, Uint8Array>();
  readonly #elected = new Map<Term, Elected>();
  #latestTerm: Term = 0;
  #committed: Committed[] = [];
  #forgottenBelow: Term = 0;

  constructor(nodeCount: number) {
    this.#nodeCount = nodeCount;
  }

  /** Whom the node had voted for in this term before, null for nobody; keeps the first vote. */
  vote(term: Term, voter: number, candidate: number): number | null {
    let votes = this.#votes.get(term);
    if (votes === undefined) {
      votes = new Uint8Array(this.#nodeCount);
      this.#votes.set(term, votes);
    }
    const before = votes[voter] ?? 0;
    if (before === 0) votes[voter] = candidate + 1;
    return before === 0 ? null : before - 1;
  }

  voteOf(term: Term, voter: number): number | null {
    const vote = this.#votes.get(term)?.[voter] ?? 0;
    return vote === 0 ? null : vote - 1;
  }

  leaderOf(term: Term): number | null {
    return this.#elected.get(term)?.leader ?? null;
  }

  elect(elected: Elected): void {
    if (!this.#elected.has(elected.term)) this.#elected.set(elected.term, elected);
    this.#latestTerm = Math.max(this.#latestTerm, elected.term);
  }

  /** Leaders of later terms than this, the earliest first. */
  electedAfter(term: Term): readonly Elected[] {
    // Nearly always asked by the latest leader.
    if (term >= this.#latestTerm) return noneElected;
    const later: Elected[] = [];
    for (const elected of this.#elected.values()) if (elected.term > term) later.push(elected);
    return later.sort((one, other) => one.term - other.term);
  }

  commit(term: Term, index: Index, entryTerm: Term): void {
    const last = this.#committed.at(-1);
    if (last?.term === term) {
      last.index = index;
      last.entryTerm = entryTerm;
      return;
    }
    this.#committed.push({ term, index, entryTerm });
  }

  /** The furthest entry that leaders of earlier terms have committed. */
  committedBefore(term: Term): Committed | null {
    let furthest: Committed | null = null;
    for (const committed of this.#committed) {
      if (committed.term < term && committed.index > (furthest?.index ?? 0)) furthest = committed;
    }
    return furthest;
  }

  /** No node acts in an earlier term than this any more. */
  forgetBelow(term: Term): void {
    if (term <= this.#forgottenBelow) return;
    this.#forgottenBelow = term;
    for (const old of this.#votes.keys()) if (old < term) this.#votes.delete(old);
    for (const old of this.#elected.keys()) if (old < term) this.#elected.delete(old);
    const furthest = this.committedBefore(term);
    this.#committed = this.#committed.filter((one) => one.term >= term || one === furthest);
  }
}
