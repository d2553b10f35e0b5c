import type { NodeName } from "../env/env.ts";
import { trackMembers } from "./configuration.ts";
import { voidLease } from "./lease.ts";
import { appendOwn, broadcastHeartbeat } from "./replication.ts";
import { resetElectionDeadline, send } from "./roles.ts";
import type {
  PreVote,
  PreVoteReply,
  Raft,
  RequestVote,
  RequestVoteReply,
  TimeoutNow,
} from "./types.ts";

/** No leader was heard for an election timeout. */
export function onElectionTimeout(raft: Raft): void {
  if (!raft.rules.mayRun(raft)) {
    raft.leader = null;
    resetElectionDeadline(raft);
    return;
  }
  const consentRound = raft.rules.consentRound(raft, null);
  if (consentRound === null) startPreVote(raft);
  else startElection(raft, consentRound);
}

/** The leader hands over to us (thesis §3.10), unless it has given that up since. */
export function onTimeoutNow(raft: Raft, order: TimeoutNow): void {
  const mayRun = raft.role === "follower" && raft.rules.mayRun(raft);
  const isAsked = mayRun && raft.rules.isHandingOver(raft, order);
  if (isAsked) startElection(raft, raft.rules.consentRound(raft, order));
}

/**
 * Asks the others whether they would vote for us before the term is raised (§9.6 of Ongaro's
 * thesis): a node that was cut off cannot win, and would only depose the leader they follow.
 */
function startPreVote(raft: Raft): void {
  raft.leader = null;
  resetElectionDeadline(raft);
  const { lastIndex: lastLogIndex, lastTerm: lastLogTerm } = raft.log;
  const term = raft.currentTerm + 1;
  for (const peer of raft.peers)
    send(raft, peer, { type: "preVote", term, lastLogIndex, lastLogTerm });
  countPreVote(raft, raft.id);
}

/** Changes nothing here: a pre-vote may be granted to any number of candidates. */
export function onPreVote(raft: Raft, from: NodeName, request: PreVote): void {
  const { rules } = raft;
  const isWanted = request.term > raft.currentTerm && !rules.hasLeader(raft);
  const granted = isWanted && rules.isUpToDate(raft.log, request);
  const term = granted ? request.term : raft.currentTerm;
  send(raft, from, { type: "preVoteReply", term, granted });
}

export function onPreVoteReply(raft: Raft, from: NodeName, reply: PreVoteReply): void {
  const isAsking = raft.preVotes.size > 0 && reply.term === raft.currentTerm + 1;
  if (isAsking && reply.granted) countPreVote(raft, from);
}

function countPreVote(raft: Raft, from: NodeName): void {
  raft.preVotes.add(from);
  // Our own counts only as a voter's, though it is there in any case: it says that we ask.
  const count = raft.preVotes.size - (raft.isVoter ? 0 : 1);
  if (count >= raft.quorum) startElection(raft, null);
}

/** Runs for leader in a new term (§5.2). Our own vote counts once it is on disk. */
function startElection(raft: Raft, consentRound: number | null): void {
  raft.role = "candidate";
  raft.currentTerm += 1;
  raft.round = 0;
  raft.votedFor = raft.id;
  raft.leader = null;
  raft.votes.clear();
  resetElectionDeadline(raft);
  const { lastIndex: lastLogIndex, lastTerm: lastLogTerm } = raft.log;
  const { currentTerm: term } = raft;
  const type = "requestVote";
  for (const peer of raft.peers) {
    send(raft, peer, { type, term, lastLogIndex, lastLogTerm, consentRound });
  }
}

/** Votes at most once a term, first come first served (§5.2). Leaders and candidates answer too. */
export function onRequestVote(raft: Raft, from: NodeName, request: RequestVote): void {
  const { rules } = raft;
  const isFree = request.term === raft.currentTerm && rules.isVoteFree(raft, from);
  const granted = isFree && rules.isUpToDate(raft.log, request);
  if (granted) {
    raft.votedFor = from;
    resetElectionDeadline(raft);
  }
  send(raft, from, { type: "requestVoteReply", term: raft.currentTerm, granted });
}

export function onRequestVoteReply(raft: Raft, from: NodeName, reply: RequestVoteReply): void {
  const isCurrent = raft.role === "candidate" && reply.term === raft.currentTerm;
  if (isCurrent && reply.granted) countVote(raft, from);
}

export function countVote(raft: Raft, from: NodeName): void {
  if (from !== raft.id || raft.isVoter) raft.votes.add(from);
  if (raft.votes.size >= raft.quorum) becomeLeader(raft);
}

/** Leads: tells everyone at once, and appends a no-op, beneath which older entries commit (§8). */
function becomeLeader(raft: Raft): void {
  raft.role = "leader";
  raft.leader = raft.id;
  raft.votedFor = raft.rules.voteUnder(raft, raft.id);
  raft.votes.clear();
  const earlier = raft.progress;
  raft.progress = new Map();
  trackMembers(raft, earlier);
  voidLease(raft);
  broadcastHeartbeat(raft);
  appendOwn(raft, null);
}
