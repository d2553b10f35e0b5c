import type { Index, Term } from "../types.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { Applied } from "./entry-table.ts";
import type { NodeView } from "./node-view.ts";
import { unknownTerm } from "./term-log.ts";

export function onCommit(view: ClusterView, node: NodeView, index: Index): void {
  const { name, log, commitIndex: before } = node;
  if (index < before) {
    const sentence = `${name} took its commit index back from ${before} to ${index}.`;
    view.book.report("commit-monotone", [name], { index }, sentence);
    return;
  }
  node.commitIndex = index;
  if (index > log.last && !node.isPartial) {
    const sentence = `${name} committed index ${index}, but its log ends at index ${log.last}.`;
    view.book.report("state-machine-safety", [name], { index }, sentence);
    return;
  }
  agree(view, node, before + 1, index);
  if (node.role === "leader") onLeaderCommit(view, node, index);
}

/** What one node commits, all others commit too. */
function agree(view: ClusterView, node: NodeView, first: Index, last: Index): void {
  const { entries } = view;
  for (let index = Math.max(first, node.log.base + 1); index <= last; index++) {
    const term = node.log.termAt(index);
    if (term === unknownTerm) continue;
    const known = entries.committedTerm(index);
    if (known === 0) {
      entries.commit(index, term);
    } else if (known !== term) {
      const { name } = node;
      const sentence = `${name} committed the entry of term ${term} at index ${index}, where another node had committed that of term ${known}.`;
      view.book.report("state-machine-safety", [name], { term, index }, sentence);
      break;
    }
  }
  const isAhead = last > view.commitIndex;
  if (isAhead && node.role !== "leader" && !view.isPartial) {
    const { name, term } = node;
    const sentence = `${name} committed up to index ${last} as follower in term ${term}, but no leader had committed beyond index ${view.commitIndex}.`;
    view.book.report("commit-majority", [name], { term, index: last }, sentence);
  }
  if (isAhead) view.commitIndex = last;
}

function onLeaderCommit(view: ClusterView, node: NodeView, index: Index): void {
  const { name, term, log } = node;
  const entryTerm = log.termAt(index);
  if (entryTerm === unknownTerm) return;
  if (entryTerm !== term) {
    const sentence = `${name} leads term ${term} and committed up to index ${index} of term ${entryTerm}: entries of earlier terms are committed only beneath one of its own.`;
    view.book.report("commit-own-term", [name], { term, index }, sentence);
  }
  checkMajority(view, node, index, entryTerm);
  checkLaterLeaders(view, node, index, entryTerm);
  view.elections.commit(term, index, entryTerm);
}

function checkMajority(view: ClusterView, node: NodeView, index: Index, entryTerm: Term): void {
  if (view.isPartial) return;
  const { name, term, voters } = node;
  let count = 0;
  for (const holder of voters) {
    if (holder.isForgiven || !holder.lacksOnDisk(index, entryTerm)) count += 1;
  }
  if (count * 2 > voters.length) return;
  const holders = voters.filter((holder) => !holder.lacksOnDisk(index, entryTerm));
  const on = holders.length === 0 ? "no node" : holders.map((holder) => holder.name).join(" and ");
  const sentence = `${name} leads term ${term} and committed index ${index} while of ${voters.length} nodes only ${on} had it on disk.`;
  view.book.report("commit-majority", [name], { term, index }, sentence);
}

/** A leader may learn late that an entry was committed: leaders of later terms have it all the same. */
function checkLaterLeaders(
  view: ClusterView,
  { name, term }: NodeView,
  index: Index,
  entryTerm: Term,
): void {
  for (const elected of view.elections.electedAfter(term)) {
    const { lastIndex, lastTerm } = elected;
    const found = view.termInLog({ index: lastIndex, term: lastTerm }, index);
    const isThere = found === entryTerm || found === unknownTerm;
    if (isThere || (found === null && lastIndex >= index)) continue;
    const leader = view.nameOf(elected.leader);
    const sentence = `${name} committed index ${index} in term ${term}, but ${leader} was elected in term ${elected.term} without it.`;
    view.book.report("leader-completeness", [leader, name], { term, index }, sentence);
  }
}

/** Entries that a node executed: `index` is the last one. */
export type ApplyRecord = {
  readonly index: Index;
  readonly hashes: readonly number[];
  /** A digest of each reply: nodes in the same state give the same. */
  readonly replies: readonly number[];
};

export function onApply(view: ClusterView, node: NodeView, record: ApplyRecord): void {
  const { index, hashes, replies } = record;
  const first = index - hashes.length + 1;
  const { name } = node;
  if (first !== node.lastApplied + 1 && !node.isPartial) {
    const sentence = `${name} executed index ${first} after index ${node.lastApplied}.`;
    view.book.report("apply-order", [name], { index: first }, sentence);
  }
  if (index > node.commitIndex && !node.isPartial) {
    const sentence = `${name} executed up to index ${index}, but the last commit that it recorded was of index ${node.commitIndex}.`;
    view.book.report("apply-order", [name], { index }, sentence);
  }
  for (let at = 0; at < hashes.length; at++) {
    const applied = view.entries.apply(first + at, hashes[at] ?? 0, replies[at] ?? 0, node.id);
    if (applied !== "same") reportDifferent(view, node, first + at, applied);
  }
  node.lastApplied = index;
}

function reportDifferent(
  view: ClusterView,
  { name }: NodeView,
  index: Index,
  applied: Applied,
): void {
  const other = view.nameOf(view.entries.applierOf(index));
  const who = other === name ? `${name}, before it restarted,` : other;
  if (applied === "other-entry") {
    const sentence = `${name} executed another entry at index ${index} than ${who} did.`;
    view.book.report("state-machine-safety", [name, other], { index }, sentence);
    return;
  }
  const sentence = `${name} got another reply than ${who} did when it executed index ${index}: their states differ.`;
  view.book.report("equal-state", [name, other], { index }, sentence);
}
