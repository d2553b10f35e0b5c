import type { NodeName } from "../env/env.ts";
import { appendOwn, broadcastHeartbeat } from "./replication.ts";
import { resetElectionDeadline, send } from "./roles.ts";
import type { Raft, RequestVote, RequestVoteReply } from "./types.ts";

/** Runs for leader in a new term (§5.2). Our own vote counts once it is on disk. */
export function startElection(raft: Raft): void {
  raft.role = "candidate";
  raft.currentTerm += 1;
  raft.votedFor = raft.id;
  raft.leader = null;
  raft.votes.clear();
  resetElectionDeadline(raft);
  const { lastIndex: lastLogIndex, lastTerm: lastLogTerm } = raft.log;
  for (const peer of raft.peers) {
    send(raft, peer, { type: "requestVote", term: raft.currentTerm, lastLogIndex, lastLogTerm });
  }
}

/** Votes at most once a term, first come first served (§5.2). Leaders and candidates answer too. */
export function onRequestVote(raft: Raft, from: NodeName, request: RequestVote): void {
  const isCurrent = request.term === raft.currentTerm;
  const granted = isCurrent && raft.rules.grantsVote(raft, from, request);
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
  raft.votes.add(from);
  if (raft.votes.size >= raft.quorum) becomeLeader(raft);
}

/** Leads: tells everyone at once, and appends a no-op, beneath which older entries commit (§8). */
function becomeLeader(raft: Raft): void {
  raft.role = "leader";
  raft.leader = raft.id;
  raft.votes.clear();
  raft.round = 0;
  for (const peer of raft.peers) {
    raft.progress.set(peer, {
      nextIndex: raft.log.lastIndex + 1,
      matchIndex: 0,
      inflight: [],
      isProbing: false,
      ackedRound: 0,
    });
  }
  broadcastHeartbeat(raft);
  appendOwn(raft, "");
}
