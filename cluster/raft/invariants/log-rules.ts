import type { Index, Term } from "../types.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { NodeView } from "./node-view.ts";
import { unknownTerm } from "./term-log.ts";

/** Entries of one term that a node added to its log: `index` is the last one. */
export type AppendRecord = {
  readonly term: Term;
  readonly index: Index;
  readonly hashes: readonly number[];
};

export function onAppend(view: ClusterView, node: NodeView, record: AppendRecord): void {
  const { term, index, hashes } = record;
  const { log } = node;
  const first = index - hashes.length + 1;
  if (first !== log.last + 1) onGap(view, node, first);
  if (node.role === "leader" && term !== node.term) reportForeign(view, node, index, term);
  let previous = log.termAt(first - 1);
  for (let at = 0; at < hashes.length; at++) {
    const match = view.entries.note(first + at, term, previous, hashes[at] ?? 0, node.id);
    if (match === "new") checkCreator(view, node, first + at, term);
    else if (match !== "same") reportMismatch(view, node, first + at, term, match);
    log.push(term);
    previous = term;
  }
}

/** An append that does not continue the log: it overwrites, or lines are missing. */
function onGap(view: ClusterView, node: NodeView, first: Index): void {
  const { name, log } = node;
  if (first <= log.last) {
    onTruncate(view, node, first);
    return;
  }
  if (!node.isPartial) {
    const sentence = `${name} added index ${first} to a log that ends at index ${log.last}.`;
    view.book.report("log-matching", [name], { index: first }, sentence);
  }
  log.reset(first - 1, unknownTerm);
}

function reportForeign(view: ClusterView, node: NodeView, index: Index, term: Term): void {
  const { name } = node;
  const sentence = `${name} leads term ${node.term} and added index ${index} of term ${term} to its log.`;
  view.book.report("leader-creates", [name], { term, index }, sentence);
}

/** Only the leader of its term makes an entry; everyone else copies it. */
function checkCreator(view: ClusterView, node: NodeView, index: Index, term: Term): void {
  const isCreator = node.role === "leader" && node.term === term;
  if (isCreator || view.isPartial) return;
  const sentence = `${node.name} added index ${index} of term ${term}, which no leader of that term had made.`;
  view.book.report("leader-creates", [node.name], { term, index }, sentence);
}

function reportMismatch(
  view: ClusterView,
  { name }: NodeView,
  index: Index,
  term: Term,
  match: "other-entry" | "other-history",
): void {
  const author = view.entries.authorOf(index, term);
  const other = author === null ? "another node" : view.nameOf(author);
  const what =
    match === "other-entry"
      ? `${name} and ${other} hold different entries at index ${index} of term ${term}`
      : `${name} and ${other} both hold index ${index} of term ${term}, and differ before it`;
  view.book.report("log-matching", [name, other], { term, index }, `${what}.`);
}

/** The node removes the entry at `index` and all that follow. */
export function onTruncate(view: ClusterView, node: NodeView, index: Index): void {
  const { name, log, term } = node;
  if (index > log.last) return;
  if (node.role === "leader") {
    const sentence = `${name} leads term ${term} and removed its own log from index ${index} on.`;
    view.book.report("leader-append-only", [name], { term, index }, sentence);
  }
  const committed = view.entries.committedTerm(index);
  if (committed > 0 && log.termAt(index) === committed) {
    const sentence = `${name} removed index ${index} of term ${committed} from its log, which is committed.`;
    view.book.report("committed-kept", [name], { term: committed, index }, sentence);
  }
  log.cutAfter(index - 1);
  if (node.durableIndex >= index) {
    node.durableIndex = index - 1;
    node.durableLastTerm = log.termAt(index - 1);
  }
}
