import type { NodeName } from "../../env/env.ts";
import type { Index, Role, Term } from "../types.ts";
import { TermLog } from "./term-log.ts";

/** What the trace of one node has shown of it. Nodes have numbers here, from 0. */
export class NodeView {
  readonly name: NodeName;
  readonly id: number;
  incarnation = 0;
  /** Lines of its trace are missing: what it did meanwhile is not known. */
  isPartial = false;
  /** Its disk lost things that it had confirmed, by a fault: its earlier promises are void. */
  isForgiven = false;

  term: Term = 0;
  role: Role = "follower";
  /** Who decides, as it believes: all nodes, unless it says otherwise. */
  voters: readonly NodeView[] = [];
  /** The entry that names them; 0 for those of the start. */
  configIndex: Index = 0;
  /** The latest vote of this incarnation, and the term it is for. */
  votedIn: Term = 0;
  votedFor: NodeName | null = null;
  /** Votes of this incarnation that are not known to be on disk, oldest first. */
  unsavedVotes: { readonly term: Term; readonly votedFor: NodeName }[] = [];
  readonly log: TermLog = new TermLog();
  commitIndex: Index = 0;
  lastApplied: Index = 0;

  durableTerm: Term = 0;
  durableVote: NodeName | null = null;
  durableIndex: Index = 0;
  /** The term of the entry at `durableIndex`. */
  durableLastTerm: Term = 0;

  constructor(name: NodeName, id: number) {
    this.name = name;
    this.id = id;
  }

  /** Whether the entry is certainly not in its log; what is in a snapshot or not known counts as there. */
  lacks(index: Index, term: Term): boolean {
    if (index <= this.log.base) return false;
    return this.log.termAt(index) !== term;
  }

  /** As `lacks`, of what is on its disk. */
  lacksOnDisk(index: Index, term: Term): boolean {
    return index > this.durableIndex || this.lacks(index, term);
  }
}
