/**
 * Raft's promises, checked on the traces of all nodes of a cluster.
 *
 * Fed with one record at a time, in the order in which things happened: then whatever a record rests on
 * was seen before it, since nodes trace before any effect leaves them. Pure, and cheap enough to look
 * at every step of a simulation; it never invents what a trace does not show.
 */
import type { NodeName, TraceRecord } from "../env/env.ts";
import { Cluster } from "./invariants/cluster.ts";
import type { Violation } from "./invariants/violation.ts";

export { type Invariant, invariants, type Violation } from "./invariants/violation.ts";

export type Invariants = {
  /** A node's next record; `inc` counts its starts from 1. */
  observe(node: NodeName, inc: number, record: TraceRecord, timeNs: number): void;
  /** Lines of this node are missing before its next: what rests on them is not judged from here on. */
  missing(node: NodeName): void;
  /** A fault took from this node's disk what it had confirmed: its promises up to now are void. */
  forgive(node: NodeName): void;
  /** The first violations, in order. The first of all says what led to it. */
  violations(): readonly Violation[];
  /** All of them by promise and in order; of more than 8,192 of one promise an even sample. */
  sample(): readonly Violation[];
  /** How many there were in all. */
  violationCount(): number;
  observedCount(): number;
};

/** For a cluster of these nodes, from its very beginning. */
export function createInvariants(nodes: readonly NodeName[]): Invariants {
  const cluster = new Cluster(nodes);
  return {
    observe: (node, inc, record, timeNs) => cluster.observe(node, inc, record, timeNs),
    missing: (node) => cluster.missing(node),
    forgive: (node) => cluster.forgive(node),
    violations: () => cluster.book.violations,
    sample: () => [...cluster.book.samples.values()].flatMap((one) => one.kept()),
    violationCount: () => cluster.book.count,
    observedCount: () => cluster.book.seen,
  };
}
