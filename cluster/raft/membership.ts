/**
 * Membership (thesis, chapter 4): single-server changes, each an entry of the log that is in force as
 * soon as a node has it, committed or not, and out of force when it is truncated. A server is added as
 * learner, which follows and counts for nothing, and promoted to voter once it has caught up.
 *
 * One change at a time, and none before the leader has committed an entry of its own term: else two
 * changes of different terms could have majorities that do not meet (Ongaro, raft-dev, 2015).
 */
import type { NodeName } from "../env/env.ts";
import { appendOwn, broadcastHeartbeat } from "./replication.ts";
import { becomeFollower, send } from "./roles.ts";
import type { MemberChange, Members, Raft, Refusal, Ticket } from "./types.ts";

export function onChangeMembers(raft: Raft, ticket: Ticket, change: MemberChange): void {
  const members = changedMembers(raft, change);
  if (typeof members === "string") {
    raft.effects.add({ kind: "refuse", ticket, refusal: members });
    return;
  }
  raft.proposals.push({ index: appendOwn(raft, null, members), ticket });
}

function changedMembers(raft: Raft, { change, node }: MemberChange): Members | Refusal {
  const { rules, known } = raft;
  const { voters, learners } = raft.configuration.members;
  if (raft.role !== "leader" || raft.transfer !== null) return "not-leader";
  if (!rules.mayChangeMembers(raft)) return "busy";
  const otherVoters = voters.filter((voter) => voter !== node);
  const otherLearners = learners.filter((learner) => learner !== node);
  const isVoter = otherVoters.length < voters.length;
  const isLearner = otherLearners.length < learners.length;
  switch (change) {
    case "add":
      if (isVoter || isLearner || !known.includes(node)) return "invalid";
      return { voters, learners: [...learners, node] };
    case "promote":
      if (!isLearner) return "invalid";
      if (!rules.hasCaughtUp(raft, node)) return "lagging";
      return { voters: [...voters, node], learners: otherLearners };
    case "remove":
      if (otherVoters.length === 0 || !(isVoter || isLearner)) return "invalid";
      return { voters: otherVoters, learners: otherLearners };
  }
}

/**
 * A leader whose latest configuration is committed lets go of those who are not in it, itself
 * included, in the step after. They are told of the commit: who knows that it was removed does not run.
 */
export function settleMembers(raft: Raft): void {
  if (raft.isSettled || raft.role !== "leader") return;
  const { index, members } = raft.configuration;
  if (index > raft.commitIndex) return;
  raft.isSettled = true;
  broadcastHeartbeat(raft);
  for (const peer of raft.progress.keys()) {
    if (!isMember(members, peer)) raft.progress.delete(peer);
  }
  raft.followers = [...raft.progress.values()];
  if (members.voters.includes(raft.id)) return;
  handOver(raft);
  raft.leader = null;
  becomeFollower(raft);
}

/** Nobody need wait for an election timeout: the best of the others may run at once. */
function handOver(raft: Raft): void {
  let best: NodeName | null = null;
  let bestIndex = 0;
  for (const { peer, isVoter, matchIndex } of raft.followers) {
    if (isVoter && matchIndex > bestIndex) [best, bestIndex] = [peer, matchIndex];
  }
  const { currentTerm: term, round } = raft;
  if (best !== null) send(raft, best, { type: "timeoutNow", term, round });
}

function isMember({ voters, learners }: Members, node: NodeName): boolean {
  return voters.includes(node) || learners.includes(node);
}
