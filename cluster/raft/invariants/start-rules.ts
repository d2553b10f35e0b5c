import type { NodeName } from "../../env/env.ts";
import type { Index, Term } from "../types.ts";
import type { ClusterView } from "./cluster-view.ts";
import { onDurableVote } from "./election-rules.ts";
import type { NodeView } from "./node-view.ts";
import { unknownTerm } from "./term-log.ts";

/** What a node found on its disk. */
export type StartRecord = {
  readonly term: Term;
  readonly votedFor: NodeName | null;
  /** The last entry of its snapshot; 0 without one. */
  readonly snapshotIndex: Index;
  readonly snapshotTerm: Term;
  readonly lastLogIndex: Index;
  readonly lastLogTerm: Term;
};

export function onStart(view: ClusterView, node: NodeView, record: StartRecord): void {
  const { term, votedFor, lastLogIndex } = record;
  if (!node.isPartial && !node.isForgiven) checkDisk(view, node, record);

  node.role = "follower";
  node.term = term;
  node.votedIn = term;
  node.votedFor = votedFor;
  node.unsavedVotes = [];
  node.durableTerm = term;
  node.durableVote = votedFor;
  if (votedFor !== null) onDurableVote(view, node, term, votedFor);
  restoreLog(view, node, lastLogIndex, record.lastLogTerm);
  node.log.compact(record.snapshotIndex, record.snapshotTerm);
  node.durableIndex = lastLogIndex;
  node.durableLastTerm = record.lastLogTerm;
  node.commitIndex = record.snapshotIndex;
  node.lastApplied = record.snapshotIndex;
}

/** Its disk lost what it had confirmed: promises up to now are void, and it may know anything. */
export function forgive(node: NodeView): void {
  node.isForgiven = true;
}

function checkDisk(view: ClusterView, node: NodeView, record: StartRecord): void {
  const { name, durableTerm, durableVote, durableIndex, durableLastTerm } = node;
  const { term, votedFor, lastLogIndex } = record;
  const say = (sentence: string, place: { term?: Term; index?: Index }): void =>
    view.book.report("durability", [name], place, sentence);
  if (term < durableTerm) {
    const sentence = `${name} started in term ${term}, but had term ${durableTerm} on disk.`;
    view.book.report("term-monotone", [name], { term }, sentence);
  }
  if (term === durableTerm && durableVote !== null && votedFor !== durableVote) {
    say(`${name} forgot over a restart that it had voted for ${durableVote} in term ${term}.`, {
      term,
    });
  }
  if (lastLogIndex < durableIndex) {
    const sentence = `${name} started with a log that ends at index ${lastLogIndex}, but had index ${durableIndex} on disk.`;
    say(sentence, { index: durableIndex });
    return;
  }
  const found = view.termInLog({ index: lastLogIndex, term: record.lastLogTerm }, durableIndex);
  if (found === null && !view.isPartial) {
    const sentence = `${name} started with a log that ends with index ${lastLogIndex} of term ${record.lastLogTerm}, which nobody had written.`;
    say(sentence, { index: lastLogIndex });
  } else if (found !== null && found >= 0 && durableLastTerm >= 0 && found !== durableLastTerm) {
    const sentence = `${name} started with the entry of term ${found} at index ${durableIndex}, but had that of term ${durableLastTerm} on disk.`;
    say(sentence, { index: durableIndex });
  }
}

/** The log on the disk, found again from its end: two logs that end alike are alike. */
function restoreLog(view: ClusterView, { log }: NodeView, last: Index, lastTerm: Term): void {
  if (last >= log.base && log.termAt(last) === lastTerm) {
    log.cutAfter(last);
    return;
  }
  const terms: Term[] = [];
  let [index, term] = [last, lastTerm];
  while (index > 0 && term > 0 && log.termAt(index) !== term) {
    terms.push(term);
    const previous = view.entries.previousOf(index, term);
    index -= 1;
    term = previous ?? unknownTerm;
  }
  if (term > 0 || index === 0) log.cutAfter(index);
  else log.reset(index, unknownTerm);
  for (const each of terms.reverse()) log.push(each);
}
