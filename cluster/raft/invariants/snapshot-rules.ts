import type { Index, Term } from "../types.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { NodeView } from "./node-view.ts";
import { unknownTerm } from "./term-log.ts";

/** The state machine after the entry `index`, in place of the log: a node's own, or its leader's. */
export type SnapshotRecord = {
  readonly index: Index;
  readonly lastIncludedTerm: Term;
  /** Where the log ends that stays beside it. */
  readonly lastLogIndex: Index;
  readonly hash: number;
};

export function onSnapshot(view: ClusterView, node: NodeView, record: SnapshotRecord): void {
  const { index, lastIncludedTerm: term, hash } = record;
  const { name } = node;
  if (index < node.lastApplied && !node.isPartial) {
    const sentence = `${name} went back to a snapshot of index ${index} after it had executed index ${node.lastApplied}.`;
    view.book.report("apply-order", [name], { index }, sentence);
  }
  if (index > view.commitIndex && !view.isPartial) {
    const sentence = `${name} has a snapshot of index ${index}, but no leader had committed beyond index ${view.commitIndex}.`;
    view.book.report("commit-majority", [name], { index }, sentence);
  }
  const committed = view.entries.committedTerm(index);
  if (committed > 0 && committed !== term) {
    const sentence = `The snapshot of ${name} ends with index ${index} of term ${term}, where the entry of term ${committed} is committed.`;
    view.book.report("state-machine-safety", [name], { term, index }, sentence);
  }
  const other = view.entries.noteState(index, hash, node.id);
  if (other !== null) {
    const otherName = view.nameOf(other);
    const sentence = `The snapshots of ${name} and ${otherName} at index ${index} are different.`;
    view.book.report("equal-state", [name, otherName], { index }, sentence);
  }
  cutLog(view, node, record);
  node.commitIndex = Math.max(node.commitIndex, index);
  node.lastApplied = Math.max(node.lastApplied, index);
}

/** The log goes on after a snapshot of its own history; one of another history is gone. */
function cutLog(view: ClusterView, node: NodeView, record: SnapshotRecord): void {
  const { index, lastIncludedTerm: term, lastLogIndex } = record;
  const { log, name } = node;
  const held = log.termAt(index);
  if (index <= log.last && (held === term || held === unknownTerm)) {
    log.compact(index, term);
    log.cutAfter(lastLogIndex);
    return;
  }
  if (lastLogIndex > index && !node.isPartial) {
    const sentence = `${name} kept its log from index ${index + 1} on beside a snapshot of index ${index} of term ${term}, which that log does not continue.`;
    view.book.report("log-matching", [name], { term, index }, sentence);
  }
  // Until the snapshot is on disk, only what was committed before is sure to be there.
  node.durableIndex = Math.min(node.durableIndex, node.commitIndex);
  node.durableLastTerm = log.termAt(node.durableIndex);
  log.reset(index, term);
  for (let at = index; at < lastLogIndex; at++) log.push(unknownTerm);
}
