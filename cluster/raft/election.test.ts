import t from "tap";
import { createRng } from "../env/rng.ts";
import { raftOptionsDefault } from "./step.ts";
import {
  createNode,
  elect,
  entriesOf,
  expire,
  messagesIn,
  persistAll,
  receive,
  stepNow,
  timeOut,
} from "./testing/one-node.ts";
import type { AppendEntries, RequestVote } from "./types.ts";

// Each title is the promise of the paper that the test pins down.

const request: RequestVote = {
  type: "requestVote",
  term: 4,
  lastLogIndex: 3,
  lastLogTerm: 2,
  consentRound: null,
};
const heartbeat: AppendEntries = {
  type: "appendEntries",
  term: 4,
  prevLogIndex: 0,
  prevLogTerm: 0,
  entries: [],
  leaderCommit: 0,
  round: 0,
};

function createVoter() {
  const hardState = { currentTerm: 4, votedFor: null };
  return createNode({ hardState, entries: entriesOf(1, 2, 2) });
}

t.test("§5.2 a server votes for at most one candidate in a given term", async (t) => {
  const voter = createVoter();

  const first = receive(voter, "n2", request);
  const second = receive(voter, "n3", request);
  const again = receive(voter, "n2", request);

  t.match(messagesIn(first), [{ type: "requestVoteReply", granted: true }]);
  t.match(messagesIn(second), [{ granted: false }]);
  t.match(messagesIn(again), [{ granted: true }], "a duplicate gets the same answer");
});

t.test("fig. 2 vote and term are on disk before the reply leaves", async (t) => {
  const voter = createVoter();

  const effects = receive(voter, "n2", { ...request, term: 6 });

  t.match(effects, [
    { kind: "persist", sequence: 1, hardState: { currentTerm: 6, votedFor: "n2" } },
    { kind: "send", to: "n2", after: 1 },
  ]);
});

t.test("§5.2 a refusal too waits until the term that it speaks of is on disk", async (t) => {
  const voter = createVoter();

  const effects = receive(voter, "n2", { ...request, term: 6, lastLogTerm: 0 });

  t.match(effects, [{ kind: "persist" }, { kind: "send", message: { granted: false }, after: 1 }]);
});

t.test("§5.4.1 a vote needs a log at least as up to date as the voter's", async (t) => {
  const cases = [
    { name: "later last term, shorter log", lastLogTerm: 3, lastLogIndex: 1, granted: true },
    { name: "same last term, longer log", lastLogTerm: 2, lastLogIndex: 4, granted: true },
    { name: "same last term, same length", lastLogTerm: 2, lastLogIndex: 3, granted: true },
    { name: "same last term, shorter log", lastLogTerm: 2, lastLogIndex: 2, granted: false },
    { name: "earlier last term, longer log", lastLogTerm: 1, lastLogIndex: 99, granted: false },
  ];
  for (const { name, lastLogTerm, lastLogIndex, granted } of cases) {
    const effects = receive(createVoter(), "n2", { ...request, lastLogTerm, lastLogIndex });
    t.match(messagesIn(effects), [{ granted }], name);
  }
});

t.test("§5.1 a request of an earlier term is refused, with the newer term", async (t) => {
  const vote = receive(createVoter(), "n2", { ...request, term: 3 });
  const append = receive(createVoter(), "n2", { ...heartbeat, term: 3 });

  t.match(messagesIn(vote), [{ granted: false, term: 4 }]);
  t.match(messagesIn(append), [{ result: { success: false }, term: 4, requestTerm: 3 }]);
});

t.test("§5.1 a newer term in any message makes a follower of a leader", async (t) => {
  const messages = [heartbeat, { type: "requestVoteReply", term: 4, granted: false } as const];
  for (const message of messages) {
    const leader = createNode();
    elect(leader);
    t.equal(leader.role, "leader");

    receive(leader, "n2", { ...message, term: 9 });

    t.match({ role: leader.role, term: leader.currentTerm }, { role: "follower", term: 9 });
  }
});

t.test("§5.2 an election begins when no leader is heard within the timeout", async (t) => {
  const node = createVoter();

  const effects = timeOut(node);

  t.match({ role: node.role, term: node.currentTerm }, { role: "candidate", term: 5 });
  t.match(effects[0], { kind: "persist", hardState: { currentTerm: 5, votedFor: "n1" } });
  const sent = { type: "requestVote", term: 5, lastLogIndex: 3, lastLogTerm: 2 };
  t.match(messagesIn(effects), [sent, sent, sent, sent]);
});

t.test("§5.2 hearing the leader, or granting a vote, puts the election off", async (t) => {
  for (const message of [heartbeat, request]) {
    const node = createVoter();
    const atMs = node.electionDeadlineMs - 1;
    stepNow(node, { kind: "time" });
    node.nowMs = atMs;

    receive(node, "n2", message);

    const putOffMs = node.electionDeadlineMs - atMs;
    t.ok(putOffMs >= raftOptionsDefault.electionTimeoutMinMs, message.type);
  }
});

t.test("§5.2 election timeouts are spread over their range", async (t) => {
  const deadlines = Array.from({ length: 100 }, (_, seed) => {
    return createNode({ rng: createRng(seed) }).electionDeadlineMs;
  });
  const { electionTimeoutMinMs, electionTimeoutMaxMs } = raftOptionsDefault;

  t.ok(deadlines.every((ms) => ms >= electionTimeoutMinMs && ms <= electionTimeoutMaxMs));
  t.ok(new Set(deadlines).size > 90);
});

t.test("§5.2 a majority of votes makes a leader, which tells everyone at once", async (t) => {
  const node = createVoter();
  timeOut(node);
  persistAll(node);
  const vote = { type: "requestVoteReply", term: 5, granted: true } as const;

  receive(node, "n2", vote);
  receive(node, "n2", vote);
  t.equal(node.role, "candidate", "a duplicated vote counts once");
  const effects = receive(node, "n3", vote);

  t.equal(node.role, "leader");
  t.equal(node.votedFor, "n1", "the vote stands: a late rival of this term gets none");
  const beats = messagesIn(effects).filter(
    (one) => one.type === "appendEntries" && one.entries.length === 0,
  );
  t.equal(beats.length, 4);
});

t.test("§5.2 a candidate's own vote counts once it is on disk", async (t) => {
  const node = createVoter();
  timeOut(node);
  const vote = { type: "requestVoteReply", term: 5, granted: true } as const;

  receive(node, "n2", vote);
  receive(node, "n3", vote);
  t.equal(node.role, "candidate");
  persistAll(node);

  t.equal(node.role, "leader");
});

t.test("§5.2 votes of an earlier term, or refused ones, do not count", async (t) => {
  const node = createVoter();
  timeOut(node);
  persistAll(node);
  timeOut(node);
  persistAll(node);

  for (const from of ["n2", "n3", "n4"]) {
    receive(node, from, { type: "requestVoteReply", term: 5, granted: true });
    receive(node, from, { type: "requestVoteReply", term: 6, granted: false });
  }

  t.equal(node.role, "candidate");
});

t.test("§5.2 a candidate that hears the leader of its own term follows it", async (t) => {
  const node = createVoter();
  timeOut(node);

  receive(node, "n3", { ...heartbeat, term: 5 });

  t.match({ role: node.role, leader: node.leader }, { role: "follower", leader: "n3" });
  t.equal(node.votedFor, "n1", "its vote in the term stands");
});

t.test("§5.2 leaders and candidates answer rivals of their own term: no", async (t) => {
  const leader = createNode();
  elect(leader);

  const effects = receive(leader, "n4", { ...request, term: leader.currentTerm, lastLogIndex: 9 });

  t.match(messagesIn(effects), [{ type: "requestVoteReply", granted: false }]);
});

t.test("§5.2 a vote of an earlier term does not bind", async (t) => {
  const voter = createVoter();
  receive(voter, "n2", request);

  const effects = receive(voter, "n3", { ...request, term: 5 });

  t.match(messagesIn(effects), [{ granted: true, term: 5 }]);
});

t.test("§5.2 an earlier write on disk is not the candidate's own vote", async (t) => {
  const node = createVoter();
  const entries = [{ term: 4, command: "x" }];
  receive(node, "n2", { ...heartbeat, prevLogIndex: 3, prevLogTerm: 2, entries });
  timeOut(node);
  const vote = { type: "requestVoteReply", term: 5, granted: true } as const;
  for (const from of ["n2", "n3"]) receive(node, from, vote);

  stepNow(node, { kind: "persisted", sequence: 1 });
  t.equal(node.role, "candidate");
  stepNow(node, { kind: "persisted", sequence: 2 });

  t.equal(node.role, "leader");
});

t.test("§5.2 a deposed leader waits a whole timeout before it runs again", async (t) => {
  const leader = createNode();
  elect(leader);
  leader.nowMs += 3 * raftOptionsDefault.electionTimeoutMaxMs;

  receive(leader, "n2", { type: "requestVoteReply", term: 9, granted: false });

  const waitMs = leader.electionDeadlineMs - leader.nowMs;
  t.ok(waitMs >= raftOptionsDefault.electionTimeoutMinMs);
});

const preVote = { ...request, type: "preVote" as const, term: 5 };

t.test("thesis §9.6 a node asks before it raises its term", async (t) => {
  const node = createVoter();

  const effects = expire(node);

  t.match({ role: node.role, term: node.currentTerm }, { role: "follower", term: 4 });
  const asked = { type: "preVote", term: 5, lastLogIndex: 3, lastLogTerm: 2 };
  t.match(messagesIn(effects), [asked, asked, asked, asked]);
  t.notOk(
    effects.some(({ kind }) => kind === "persist"),
    "nothing was promised",
  );
});

t.test("thesis §9.6 it runs when a majority would vote for it, and not before", async (t) => {
  const node = createVoter();
  expire(node);
  const granted = { type: "preVoteReply", term: 5, granted: true } as const;

  receive(node, "n2", granted);
  receive(node, "n2", granted);
  receive(node, "n3", { ...granted, granted: false, term: 4 });
  receive(node, "n4", { ...granted, term: 4 });
  t.equal(node.role, "follower", "twice the same, refused, and of an earlier round");
  receive(node, "n5", granted);

  t.match({ role: node.role, term: node.currentTerm }, { role: "candidate", term: 5 });
});

t.test("thesis §9.6 who hears a leader encourages nobody, and keeps its own term", async (t) => {
  const node = createVoter();
  receive(node, "n3", heartbeat);

  const soon = receive(node, "n2", { ...preVote, term: 99 });
  node.nowMs += raftOptionsDefault.electionTimeoutMinMs;
  const late = receive(node, "n2", { ...preVote, term: 99 });

  t.match(messagesIn(soon), [{ type: "preVoteReply", granted: false, term: 4 }]);
  t.match(messagesIn(late), [{ granted: true, term: 99 }], "the leader was silent too long");
  t.match({ term: node.currentTerm, votedFor: node.votedFor }, { term: 4, votedFor: null });
});

t.test("thesis §9.6 a leader encourages nobody", async (t) => {
  const leader = createNode();
  elect(leader);
  leader.nowMs += 10 * raftOptionsDefault.electionTimeoutMaxMs;

  const effects = receive(leader, "n2", { ...preVote, term: 99 });

  t.match(messagesIn(effects), [{ granted: false }]);
  t.equal(leader.role, "leader");
});

t.test("thesis §9.6 a pre-vote needs an up-to-date log and a newer term", async (t) => {
  const behind = receive(createVoter(), "n2", { ...preVote, lastLogTerm: 1 });
  const sameTerm = receive(createVoter(), "n2", { ...preVote, term: 4 });

  t.match(messagesIn(behind), [{ granted: false, term: 4 }]);
  t.match(messagesIn(sameTerm), [{ granted: false, term: 4 }]);
});

t.test("thesis §9.6 a refusal tells who is behind the newer term", async (t) => {
  const node = createVoter();
  expire(node);

  receive(node, "n2", { type: "preVoteReply", term: 7, granted: false });

  t.match({ role: node.role, term: node.currentTerm }, { role: "follower", term: 7 });
});

t.test("thesis §9.6 hearing a leader ends the asking", async (t) => {
  const node = createVoter();
  expire(node);
  receive(node, "n3", heartbeat);
  const granted = { type: "preVoteReply", term: 5, granted: true } as const;

  for (const from of ["n2", "n4", "n5"]) receive(node, from, granted);

  t.match({ role: node.role, term: node.currentTerm }, { role: "follower", term: 4 });
});
