import t from "tap";
import { raftOptionsDefault } from "./step.ts";
import {
  agree,
  createNode,
  elect,
  entriesOf,
  messagesIn,
  persistAll,
  propose,
  receive,
  type Todo,
  timeOut,
} from "./testing/one-node.ts";
import type { AppendEntries, AppendEntriesReply, Entry, Raft } from "./types.ts";

const request: AppendEntries = {
  type: "appendEntries",
  term: 4,
  prevLogIndex: 0,
  prevLogTerm: 0,
  entries: [],
  leaderCommit: 0,
  round: 0,
};

function createFollower(...terms: readonly number[]): Raft {
  return createNode({
    hardState: { currentTerm: 4, votedFor: null },
    entries: entriesOf(...terms),
  });
}

function termsOf(raft: Raft): readonly (number | null)[] {
  return Array.from({ length: raft.log.lastIndex }, (_, at) => raft.log.termAt(at + 1));
}

function appendsTo(effects: readonly Todo[], to: string): readonly AppendEntries[] {
  return effects.flatMap((effect) => {
    const isAppend = effect.kind === "send" && effect.to === to;
    return isAppend && effect.message.type === "appendEntries" ? [effect.message] : [];
  });
}

/** What the follower answered. */
function resultOf(effects: readonly Todo[]): AppendEntriesReply["result"] | undefined {
  const reply = messagesIn(effects).at(-1);
  return reply?.type === "appendEntriesReply" ? reply.result : undefined;
}

function refuse(
  raft: Raft,
  prevLogIndex: number,
  conflict: { conflictTerm: number | null; conflictIndex: number },
  requestTerm: number = raft.currentTerm,
): readonly Todo[] {
  return receive(raft, "n2", {
    type: "appendEntriesReply",
    term: raft.currentTerm,
    requestTerm,
    round: 0,
    prevLogIndex,
    result: { success: false, ...conflict },
  });
}

const entry = (term: number, command = "x"): Entry => ({ term, command });

t.test("§5.3 a follower refuses entries that do not continue its log", async (t) => {
  const cases = [
    { name: "no entry there", at: 5, term: 2, conflictTerm: null, conflictIndex: 4 },
    { name: "another term there", at: 3, term: 3, conflictTerm: 2, conflictIndex: 2 },
    { name: "another term at the start", at: 1, term: 2, conflictTerm: 1, conflictIndex: 1 },
  ];
  for (const { name, at, term, conflictTerm, conflictIndex } of cases) {
    const follower = createFollower(1, 2, 2);
    const asked = { ...request, prevLogIndex: at, prevLogTerm: term, entries: [entry(4)] };

    const effects = receive(follower, "n2", asked);

    t.same(resultOf(effects), { success: false, conflictTerm, conflictIndex }, name);
    t.same(termsOf(follower), [1, 2, 2], "nothing changed");
  }
});

t.test("§5.3 a conflicting entry and all that follow it are replaced", async (t) => {
  const follower = createFollower(1, 2, 2, 2);
  const asked = {
    ...request,
    prevLogIndex: 1,
    prevLogTerm: 1,
    entries: [entry(2, "c2"), entry(4)],
  };

  const effects = receive(follower, "n2", asked);

  t.same(termsOf(follower), [1, 2, 4]);
  t.match(effects, [
    { kind: "persist", truncateFrom: 3, first: 3, entries: [{ term: 4 }] },
    { kind: "send", message: { result: { success: true, matchIndex: 3 } }, after: 1 },
  ]);
});

t.test("§5.3 a late, short request does not cut off what a later one added", async (t) => {
  const follower = createFollower(1, 4, 4, 4);
  const asked = { ...request, prevLogIndex: 1, prevLogTerm: 1, entries: [entry(4, "c2")] };

  const effects = receive(follower, "n2", asked);

  t.same(termsOf(follower), [1, 4, 4, 4]);
  t.same(resultOf(effects), { success: true, matchIndex: 2 }, "it speaks of its request only");
  t.notOk(effects.some((effect) => effect.kind === "persist"));
});

t.test("fig. 2 a follower's answer waits for entries that are not on disk yet", async (t) => {
  const follower = createFollower(1);
  const asked = { ...request, prevLogIndex: 1, prevLogTerm: 1, entries: [entry(4)] };
  receive(follower, "n2", asked);

  const again = receive(follower, "n2", asked);
  persistAll(follower);
  const after = receive(follower, "n2", asked);

  t.match(again, [{ kind: "send", after: 1 }], "the duplicate waits as the first did");
  t.match(after, [{ kind: "send", after: 0 }]);
});

t.test("fig. 2 a follower commits no further than the request verified", async (t) => {
  const follower = createFollower(1, 2, 2);

  receive(follower, "n2", { ...request, prevLogIndex: 1, prevLogTerm: 1, leaderCommit: 3 });
  t.equal(follower.commitIndex, 1, "entries 2 and 3 may be a deposed leader's");
  receive(follower, "n2", { ...request, prevLogIndex: 3, prevLogTerm: 2, leaderCommit: 2 });
  t.equal(follower.commitIndex, 2);
  receive(follower, "n2", { ...request, leaderCommit: 1 });
  t.equal(follower.commitIndex, 2, "never backwards");
});

t.test("§5.3 entries are executed in order, each once, when committed", async (t) => {
  const follower = createFollower(1, 2, 2);
  const asked = { ...request, prevLogIndex: 3, prevLogTerm: 2 };

  const first = receive(follower, "n2", { ...asked, leaderCommit: 2 });
  const second = receive(follower, "n2", { ...asked, leaderCommit: 3 });
  const third = receive(follower, "n2", { ...asked, leaderCommit: 3 });

  t.match(first, [{ kind: "apply", executions: [{ index: 1 }, { index: 2 }] }]);
  t.match(second, [{ kind: "apply", executions: [{ index: 3 }] }]);
  t.notOk(third.some((effect) => effect.kind === "apply"));
});

t.test("§8 a new leader begins its term with a no-op", async (t) => {
  const leader = createNode();

  const effects = elect(leader);

  t.same(leader.log.entryAt(1), { term: 2, command: null });
  t.match(appendsTo(effects, "n4"), [{ entries: [] }, { entries: [{ command: null }] }]);
});

t.test("§10.2.1 (thesis) entries leave before the leader's own disk has them", async (t) => {
  const leader = createNode();
  elect(leader);

  const effects = propose(leader, 7);

  const sends = effects.filter((effect) => effect.kind === "send");
  t.equal(sends.length, 4);
  t.match(sends[0], { after: 0, message: { entries: [{ command: "p7" }] } });
});

t.test("§5.3 an entry is committed by a majority, and its caller answered then", async (t) => {
  const leader = createNode();
  elect(leader);
  propose(leader, 7);
  persistAll(leader);

  agree(leader, "n2", 2);
  agree(leader, "n2", 2);
  t.equal(leader.commitIndex, 0, "a duplicate counts once");
  const effects = agree(leader, "n3", 2);

  t.equal(leader.commitIndex, 2);
  t.match(effects, [{ kind: "apply", executions: [{ ticket: null }, { index: 2, ticket: 7 }] }]);
});

t.test("§10.2.1 (thesis) the leader counts itself only once its disk has the entry", async (t) => {
  const leader = createNode();
  elect(leader);
  propose(leader, 7);

  agree(leader, "n2", 2);
  agree(leader, "n3", 2);
  t.equal(leader.commitIndex, 0, "two of five");
  persistAll(leader);

  t.equal(leader.commitIndex, 2);
});

t.test("§5.3 a majority of followers commits without the leader's disk", async (t) => {
  const leader = createNode();
  elect(leader);

  for (const from of ["n2", "n3", "n4"]) agree(leader, from, 1);

  t.equal(leader.commitIndex, 1);
});

t.test("§5.4.2 an entry of an earlier term is not committed by counting copies", async (t) => {
  const leader = createNode({
    hardState: { currentTerm: 2, votedFor: null },
    entries: entriesOf(1, 2),
  });
  elect(leader);
  persistAll(leader);

  for (const from of ["n2", "n3", "n4", "n5"]) agree(leader, from, 2);
  t.equal(leader.commitIndex, 0, "figure 8 (c)");
  agree(leader, "n2", 3);
  agree(leader, "n3", 3);

  t.equal(leader.commitIndex, 3, "figure 8 (e): beneath one of the own term");
});

t.test("§5.3 answers move matchIndex forward only, and speak of their own request", async (t) => {
  const leader = createNode();
  elect(leader);
  persistAll(leader);
  propose(leader, 1);
  propose(leader, 2);

  agree(leader, "n2", 3);
  agree(leader, "n2", 1);

  t.equal(leader.progress.get("n2")?.matchIndex, 3);
});

t.test("§5.1 an answer to a request of an earlier term is no answer", async (t) => {
  const leader = createNode();
  elect(leader);
  const { nextIndex } = leader.progress.get("n2") ?? {};

  refuse(leader, 1, { conflictTerm: null, conflictIndex: 1 }, leader.currentTerm - 1);

  t.match(leader.progress.get("n2"), { nextIndex, isProbing: false });
});

t.test("§5.3 nextIndex backs up a whole term at a time", async (t) => {
  const cases = [
    { name: "log too short", conflictTerm: null, conflictIndex: 2, nextIndex: 2 },
    { name: "a term the leader lacks", conflictTerm: 3, conflictIndex: 4, nextIndex: 4 },
    { name: "a term the leader has", conflictTerm: 2, conflictIndex: 1, nextIndex: 4 },
  ];
  for (const { name, conflictTerm, conflictIndex, nextIndex } of cases) {
    const entries = entriesOf(1, 2, 2, 4, 4, 4);
    const leader = createNode({ hardState: { currentTerm: 4, votedFor: null }, entries });
    elect(leader);

    const effects = refuse(leader, 6, { conflictTerm, conflictIndex });

    t.match(appendsTo(effects, "n2"), [{ prevLogIndex: nextIndex - 1 }], name);
  }
});

t.test("§5.3 only the first refusal of several on their way backs up", async (t) => {
  const leader = createNode({ entries: entriesOf(1, 1, 1, 1) });
  elect(leader);
  refuse(leader, 5, { conflictTerm: null, conflictIndex: 3 });

  const effects = refuse(leader, 4, { conflictTerm: null, conflictIndex: 3 });

  t.same(appendsTo(effects, "n2"), []);
});

t.test("§5.3 batches are bounded, and several are on their way at once", async (t) => {
  const options = { ...raftOptionsDefault, batchEntriesMax: 2, inflightMax: 3 };
  const leader = createNode({ options });
  elect(leader);
  const lasts = [];

  for (let ticket = 1; ticket <= 8; ticket++) {
    const sent = appendsTo(propose(leader, ticket), "n2");
    lasts.push(...sent.map((one) => one.prevLogIndex + one.entries.length));
  }
  t.same(lasts, [2, 3], "two more after the no-op, then it waits");
  const more = appendsTo(agree(leader, "n2", 3), "n2");

  t.match(more, [{ prevLogIndex: 3 }, { prevLogIndex: 5 }, { prevLogIndex: 7 }]);
  t.ok(more.every((one) => one.entries.length === 2));
});

t.test("§5.3 a batch holds at most so many characters, but always one entry", async (t) => {
  const options = { ...raftOptionsDefault, batchCharsMax: 10, inflightMax: 1 };
  const leader = createNode({ options });
  elect(leader);
  for (const length of [4, 4, 4, 30]) propose(leader, length, "x".repeat(length));

  const [first] = appendsTo(agree(leader, "n2", 1), "n2");
  const [second] = appendsTo(agree(leader, "n2", 3), "n2");
  const [third] = appendsTo(agree(leader, "n2", 4), "n2");

  t.same(
    [first, second, third].map((one) => one?.entries.length),
    [2, 1, 1],
  );
});

t.test("§5.3 a heartbeat finds a batch that was lost", async (t) => {
  const leader = createNode();
  elect(leader);
  propose(leader, 1);

  const beat = appendsTo(timeOut(leader), "n2");
  const effects = refuse(leader, 2, { conflictTerm: null, conflictIndex: 1 });

  t.match(beat, [{ prevLogIndex: 2, entries: [] }]);
  t.match(appendsTo(effects, "n2"), [{ prevLogIndex: 0, entries: [{ command: null }, {}] }]);
});

t.test("a leader that is deposed refuses the calls that wait", async (t) => {
  const leader = createNode();
  elect(leader);
  propose(leader, 7);

  const effects = receive(leader, "n2", { ...request, term: 9 });
  const late = propose(leader, 8);

  t.match(effects[1], { kind: "refuse", ticket: 7, refusal: "outcome-unknown" });
  t.same(late, [{ kind: "refuse", ticket: 8, refusal: "not-leader" }]);
});

t.test(
  "§5.3 a probe does not move nextIndex: the heartbeat asks about the same place",
  async (t) => {
    const leader = createNode({ entries: entriesOf(1, 1, 1, 1) });
    elect(leader);
    refuse(leader, 5, { conflictTerm: null, conflictIndex: 3 });

    t.match(appendsTo(timeOut(leader), "n2"), [{ prevLogIndex: 2, entries: [] }]);
  },
);

t.test("a write under way does not vouch for what replaced it in the log", async (t) => {
  const node = createNode({ entries: entriesOf(1, 1, 1) });
  const entries = [entry(2)];
  receive(node, "n5", { ...request, term: 2, prevLogIndex: 1, prevLogTerm: 1, entries });
  timeOut(node);
  const vote = { type: "requestVoteReply", term: node.currentTerm, granted: true } as const;
  for (const from of ["n2", "n3", "n4"]) receive(node, from, vote);
  t.match({ role: node.role, lastIndex: node.log.lastIndex }, { role: "leader", lastIndex: 3 });

  agree(node, "n2", 3);
  agree(node, "n3", 3);
  t.equal(node.commitIndex, 0, "the disk holds another entry 3");
  persistAll(node);

  t.equal(node.commitIndex, 3);
});
