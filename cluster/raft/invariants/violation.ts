import type { NodeName, TraceRecord } from "../../env/env.ts";
import type { Index, Term } from "../types.ts";

/** What a correct Raft never breaks, with its place in the paper. */
export const invariants = {
  "election-safety": "at most one leader in a term (Raft paper, figure 3, §5.2)",
  "election-majority":
    "a leader has the votes of a majority, and they are on disk (Raft paper, figure 2, Candidates, §5.2)",
  "one-vote":
    "a node votes at most once in a term, across restarts (Raft paper, figure 2, RequestVote, §5.2)",
  "term-monotone":
    "a node's term never decreases, across restarts (Raft paper, figure 2, currentTerm, §5.1)",
  "leader-append-only":
    "a leader never overwrites or deletes entries of its log (Raft paper, figure 3, §5.3)",
  "log-matching":
    "logs that share an index and term are the same up to there (Raft paper, figure 3, §5.3)",
  "leader-creates":
    "an entry comes into the world in the log of the leader of its term (Raft paper, figure 2, Leaders, §5.3)",
  "leader-completeness":
    "a committed entry is in the logs of all later leaders (Raft paper, figure 3, §5.4)",
  "commit-majority":
    "a leader commits what a majority has on disk (Raft paper, figure 2, Leaders, §5.3)",
  "commit-own-term":
    "a leader commits by counting only entries of its own term (Raft paper, figure 2, Leaders, §5.4.2)",
  "members-one-by-one":
    "a leader changes the members once the last change and an entry of its own term are committed (Ongaro's thesis §4.1, and his correction of 2015)",
  "commit-monotone":
    "a commit index never decreases while a node is up (Raft paper, figure 2, commitIndex)",
  "committed-kept": "no log loses a committed entry (Raft paper §5.4)",
  "state-machine-safety":
    "no two nodes commit or execute different entries at an index (Raft paper, figure 3, §5.4.3)",
  "equal-state":
    "nodes that executed the same entries are in the same state (replicated state machines, Raft paper §2)",
  "apply-order":
    "a node executes committed entries, each once, in the order of the log (Raft paper, figure 2, All Servers, §5.3)",
  durability:
    "what a node had on disk is there when it starts again (Raft paper, figure 2, persistent state)",
} as const;

export type Invariant = keyof typeof invariants;

/** A trace record as it was observed. */
export type Observed = {
  readonly node: NodeName;
  readonly inc: number;
  readonly record: TraceRecord;
  readonly timeNs: number;
};

export type Violation = {
  readonly invariant: Invariant;
  readonly timeNs: number;
  /** The node whose record shows it first, then those that it contradicts. */
  readonly nodes: readonly NodeName[];
  readonly term?: Term;
  readonly index?: Index;
  /** One plain sentence that names them all, with a stop. */
  readonly sentence: string;
  /** The records up to it, its own the last; of any but the first violation its own alone. */
  readonly context: readonly Observed[];
};
