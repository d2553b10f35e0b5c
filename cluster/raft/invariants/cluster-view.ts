import type { NodeName } from "../../env/env.ts";
import type { Index, Term } from "../types.ts";
import { Book } from "./book.ts";
import { Elections } from "./elections.ts";
import { EntryTable } from "./entry-table.ts";
import { NodeView } from "./node-view.ts";

/** Everything that the traces have shown so far. */
export class ClusterView {
  readonly book: Book = new Book();
  readonly entries: EntryTable = new EntryTable();
  readonly elections: Elections;
  readonly nodes: readonly NodeView[];
  /** The furthest index that anyone is known to have committed. */
  commitIndex: Index = 0;
  /** Some node's trace lacks lines: that something was not seen proves nothing any more. */
  isPartial = false;

  constructor(names: readonly NodeName[]) {
    this.nodes = names.map((name, id) => new NodeView(name, id));
    for (const node of this.nodes) node.voters = this.nodes;
    this.elections = new Elections(names.length);
  }

  node(name: NodeName): NodeView | undefined {
    // There are few, so that looking at each is faster than a map.
    for (const node of this.nodes) if (node.name === name) return node;
    return undefined;
  }

  nameOf(id: number): NodeName {
    return this.nodes[id]?.name ?? "?";
  }

  /** The nodes of these names that there are. */
  named(names: readonly NodeName[]): NodeView[] {
    return this.nodes.filter(({ name }) => names.includes(name));
  }

  /**
   * The term of the entry at an index of the log that ends with this entry, from what all logs have
   * shown: null when no log has shown such a log.
   */
  termInLog(last: { readonly index: Index; readonly term: Term }, index: Index): Term | null {
    let { index: at, term } = last;
    if (index > at) return null;
    while (at > index) {
      const previous = this.entries.previousOf(at, term);
      if (previous === null || previous < 0) return previous;
      term = previous;
      at -= 1;
    }
    return term;
  }

  /** What no node can mention any more is forgotten. */
  forget(): void {
    let [base, term] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const node of this.nodes) {
      base = Math.min(base, node.log.base, node.lastApplied);
      term = Math.min(term, node.term, node.durableTerm);
    }
    this.entries.forget(base);
    this.elections.forgetBelow(term);
  }
}
