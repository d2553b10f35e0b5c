import type { NodeName } from "../../env/env.ts";
import type { Role, Term } from "../types.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { NodeView } from "./node-view.ts";

export type RoleRecord = {
  readonly term: Term;
  readonly role: Role;
  readonly leader: NodeName | null;
};

/** A node's own term, as most records show it. */
export function onTerm(view: ClusterView, node: NodeView, term: Term): void {
  if (term === node.term) return;
  if (term < node.term) {
    const sentence = `${node.name} went back from term ${node.term} to term ${term}.`;
    view.book.report("term-monotone", [node.name], { term }, sentence);
  }
  node.term = term;
}

export function onRole(view: ClusterView, node: NodeView, record: RoleRecord): void {
  const { term, role, leader } = record;
  onTerm(view, node, term);
  node.role = role;
  if (role === "leader") onElected(view, node);
  else if (leader !== null) checkLeader(view, node, leader);
}

/** Whom a node follows is the leader of the term, if that one is known. */
function checkLeader(view: ClusterView, node: NodeView, leader: NodeName): void {
  const known = view.elections.leaderOf(node.term);
  if (known === null || view.nameOf(known) === leader) return;
  const { name, term } = node;
  const sentence = `${name} follows ${leader} in term ${term}, which ${view.nameOf(known)} leads.`;
  view.book.report("election-safety", [name, leader, view.nameOf(known)], { term }, sentence);
}

function onElected(view: ClusterView, node: NodeView): void {
  const { name, term, log } = node;
  const other = view.elections.leaderOf(term);
  if (other === node.id) return;
  if (other !== null) {
    const rival = view.nameOf(other);
    const sentence = `${name} became leader of term ${term}, which ${rival} leads or has led.`;
    view.book.report("election-safety", [name, rival], { term }, sentence);
  }
  checkMajority(view, node);
  checkCompleteness(view, node);
  const lastTerm = log.termAt(log.last);
  view.elections.elect({ term, leader: node.id, lastIndex: log.last, lastTerm });
  view.forget();
}

/** A vote counts once it is on disk: else a crash lets it be cast twice. */
function checkMajority(view: ClusterView, node: NodeView): void {
  if (view.isPartial) return;
  const { name, term, voters } = node;
  const granted = voters.filter(
    (voter) => voter.isForgiven || view.elections.voteOf(term, voter.id) === node.id,
  );
  if (granted.length * 2 > voters.length) return;
  const names = granted.map((voter) => voter.name);
  const from = names.length === 0 ? "nobody" : names.join(" and ");
  const sentence = `${name} became leader of term ${term} while only ${from} of ${voters.length} nodes had its vote for it on disk.`;
  view.book.report("election-majority", [name, ...names], { term }, sentence);
}

function checkCompleteness(view: ClusterView, node: NodeView): void {
  const { name, term } = node;
  const committed = view.elections.committedBefore(term);
  if (committed === null || node.isPartial) return;
  const { index, entryTerm } = committed;
  if (!node.lacks(index, entryTerm)) return;
  const has = node.log.last < index ? `ends at index ${node.log.last}` : "has another entry there";
  const sentence = `${name} became leader of term ${term}, but index ${index} was committed in term ${committed.term} and the log of ${name} ${has}.`;
  view.book.report("leader-completeness", [name], { term, index }, sentence);
}

/** A vote, on disk or not. */
export function onVote(view: ClusterView, node: NodeView, term: Term, votedFor: NodeName): void {
  onTerm(view, node, term);
  const isAgain = node.votedIn === term && node.votedFor !== null && node.votedFor !== votedFor;
  if (isAgain && node.votedFor !== null)
    reportSecondVote(view, node, term, votedFor, node.votedFor);
  node.votedIn = term;
  node.votedFor = votedFor;
  node.unsavedVotes.push({ term, votedFor });
}

/** A vote that is on disk: no later incarnation may cast another. */
export function onDurableVote(
  view: ClusterView,
  node: NodeView,
  term: Term,
  votedFor: NodeName,
): void {
  const candidate = view.node(votedFor);
  if (candidate === undefined) return;
  const before = view.elections.vote(term, node.id, candidate.id);
  if (before === null || before === candidate.id || node.isForgiven) return;
  reportSecondVote(view, node, term, votedFor, view.nameOf(before));
}

/** The disk holds no vote any more in the term in which it held one: another may follow. */
export function reportVoteTakenBack(
  view: ClusterView,
  { name, durableTerm: term, isForgiven }: NodeView,
  before: NodeName,
): void {
  if (isForgiven) return;
  const sentence = `${name} took back its vote for ${before} in term ${term}.`;
  view.book.report("one-vote", [name, before], { term }, sentence);
}

function reportSecondVote(
  view: ClusterView,
  { name }: NodeView,
  term: Term,
  votedFor: NodeName,
  before: NodeName,
): void {
  const sentence = `${name} voted for ${votedFor} in term ${term}, in which it had voted for ${before}.`;
  view.book.report("one-vote", [name, votedFor, before], { term }, sentence);
}
