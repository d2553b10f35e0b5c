import t from "tap";
import { type RaftRules, raftRules } from "./rules.ts";
import { type RaftStart, raftOptionsDefault } from "./step.ts";
import {
  agree,
  createNode,
  elect,
  expire,
  messagesIn,
  persistAll,
  propose,
  receive,
  stepNow,
  type Todo,
} from "./testing/one-node.ts";
import type { AppendEntries, Entry, MemberChange, Members, Raft } from "./types.ts";

// Single-server membership changes, chapter 4 of the thesis.

const learning: Members = { voters: ["n1", "n2", "n3"], learners: ["n4"] };

/** The leader n1 of n1, n2 and n3, which has committed its no-op; n4 and n5 wait. */
function createLeader(rules: RaftRules = raftRules): Raft {
  const leader = createNode({ voters: ["n1", "n2", "n3"], rules });
  elect(leader);
  persistAll(leader);
  agree(leader, "n2", 1);
  return leader;
}

function change(raft: Raft, kind: MemberChange["change"], node: string, ticket = 9) {
  const effects = stepNow(raft, { kind: "changeMembers", ticket, change: { change: kind, node } });
  return [...effects, ...persistAll(raft)];
}

function refusals(effects: readonly Todo[]): readonly string[] {
  return effects.flatMap((effect) => (effect.kind === "refuse" ? [effect.refusal] : []));
}

function sentTo(effects: readonly Todo[]): readonly string[] {
  return effects.flatMap((effect) => (effect.kind === "send" ? [effect.to] : []));
}

/** A leader that has the learner n4, committed. */
function createTeacher(rules: RaftRules = raftRules): Raft {
  const leader = createLeader(rules);
  change(leader, "add", "n4");
  agree(leader, "n2", 2);
  return leader;
}

t.test("§4.1 a change is in force as soon as it is appended", async (t) => {
  const leader = createLeader();

  const effects = change(leader, "add", "n4");

  t.same(leader.configuration, { index: 2, members: learning });
  t.ok(sentTo(effects).includes("n4"), "the new server is sent the log");
  t.notOk(leader.commitIndex >= 2);
});

t.test("§4.2.1 a learner counts in no majority", async (t) => {
  const leader = createTeacher();
  propose(leader, 1);
  persistAll(leader);

  agree(leader, "n4", 3);
  t.equal(leader.commitIndex, 2);
  agree(leader, "n3", 3);
  t.equal(leader.commitIndex, 3);

  const wrong = createTeacher({
    ...raftRules,
    isCounted: ({ voters, learners }, node) => [...voters, ...learners].includes(node),
  });
  propose(wrong, 1);
  persistAll(wrong);
  agree(wrong, "n4", 3);
  t.equal(wrong.commitIndex, 3, "M47");
});

t.test("§4.2.1 a learner is promoted once it has caught up", async (t) => {
  const leader = createTeacher();

  t.same(refusals(change(leader, "promote", "n4")), ["lagging"], "it has answered nothing");
  agree(leader, "n4", 2);
  t.same(refusals(change(leader, "promote", "n4")), []);

  t.same(leader.configuration.members, { voters: ["n1", "n2", "n3", "n4"], learners: [] });
  t.equal(leader.quorum, 3);
  agree(leader, "n2", 3);
  t.equal(leader.commitIndex, 2, "two of four");
  agree(leader, "n4", 3);
  t.equal(leader.commitIndex, 3);
});

t.test("§4.1 one change at a time", async (t) => {
  const leader = createLeader();
  change(leader, "add", "n4");
  t.same(refusals(change(leader, "add", "n5")), ["busy"]);
  agree(leader, "n2", 2);

  t.same(refusals(change(leader, "add", "n5")), []);
});

t.test("2015: no change before an entry of the own term is committed", async (t) => {
  const rules: Partial<RaftRules> = {
    mayChangeMembers: ({ configuration, commitIndex }) => configuration.index <= commitIndex,
  };
  for (const [name, table, refused] of [
    ["correct", raftRules, ["busy"]],
    ["M44", { ...raftRules, ...rules }, []],
  ] as const) {
    const leader = createNode({ voters: ["n1", "n2", "n3"], rules: table });
    elect(leader);
    persistAll(leader);
    t.same(refusals(change(leader, "add", "n4")), refused, name);
  }
});

t.test("what makes no sense is refused", async (t) => {
  const leader = createTeacher();
  const cases = [
    ["add", "n1"],
    ["add", "n4"],
    ["add", "n9"],
    ["promote", "n2"],
    ["promote", "n5"],
    ["remove", "n5"],
  ] as const;
  for (const [kind, node] of cases) {
    t.same(refusals(change(leader, kind, node)), ["invalid"], `${kind} ${node}`);
  }
  const alone = createNode({ voters: ["n1"] });
  expire(alone);
  persistAll(alone);
  persistAll(alone);
  t.match(alone, { role: "leader", commitIndex: 1 });
  t.same(refusals(change(alone, "remove", "n1")), ["invalid"], "nobody would be left");
  t.same(refusals(change(createNode(), "add", "n4")), ["not-leader"]);
});

t.test("§4.1 the caller hears of it when it is committed", async (t) => {
  const leader = createLeader();
  const early = change(leader, "add", "n4");
  t.notOk(early.some(({ kind }) => kind === "apply"));

  const effects = agree(leader, "n3", 2);

  t.match(effects, [{ kind: "apply", executions: [{ index: 2, ticket: 9 }] }]);
});

t.test("§4.2.2 a removed leader leads until that is committed, not counting itself", async (t) => {
  const leader = createLeader();
  change(leader, "remove", "n1");
  t.match(leader, { role: "leader", quorum: 2 });
  agree(leader, "n2", 2);
  t.equal(leader.commitIndex, 1, "one of two");

  agree(leader, "n3", 2);
  t.match(leader, { role: "leader", commitIndex: 2 });
  const effects = expire(leader);

  t.equal(leader.role, "follower");
  const last = messagesIn(effects).at(-1);
  t.match(last, { type: "timeoutNow" }, "another may run at once");
  for (let time = 0; time < 5; time++) t.same(expire(leader), [], "it never runs again");
});

t.test("§4.2.2 a server that is being removed still runs, not counting itself", async (t) => {
  const members = { voters: ["n2", "n3"], learners: [] };
  const entries: readonly Entry[] = [{ term: 1, command: null, members }];
  const node = createNode({ voters: ["n1", "n2", "n3"], entries });

  t.same(sentTo(expire(node)), ["n2", "n3"]);
  const granted = { type: "preVoteReply", term: 2, granted: true } as const;
  receive(node, "n2", granted);
  t.equal(node.role, "follower", "one of two");
  receive(node, "n3", granted);
  t.equal(node.role, "candidate");
});

const append: AppendEntries = {
  type: "appendEntries",
  term: 1,
  prevLogIndex: 0,
  prevLogTerm: 0,
  entries: [],
  leaderCommit: 0,
  round: 0,
};

/** A follower whose log has an entry, then one that names `learning`. */
function createFollower(start: Partial<RaftStart> = {}): Raft {
  const follower = createNode({ voters: ["n1", "n2", "n3"], ...start });
  const entries = [
    { term: 1, command: "x" },
    { term: 1, command: null, members: learning },
  ];
  receive(follower, "n2", { ...append, entries });
  return follower;
}

t.test("§4.1 a change that is truncated is out of force", async (t) => {
  const follower = createFollower();
  t.same(follower.configuration, { index: 2, members: learning });

  const entries = [{ term: 2, command: "y" }];
  receive(follower, "n3", { ...append, term: 2, prevLogIndex: 1, prevLogTerm: 1, entries });

  t.same(follower.configuration.index, 0);
  t.same(follower.configuration.members.learners, []);
});

t.test("a node that starts goes by the latest change in its log", async (t) => {
  const entries = [{ term: 1, command: null, members: learning }];

  t.same(createNode({ entries }).configuration, { index: 1, members: learning });
});

t.test("a snapshot holds the members at its last entry", async (t) => {
  const options = { ...raftOptionsDefault, snapshotEntriesMax: 1 };
  const follower = createFollower({ options });
  const effects = receive(follower, "n2", {
    ...append,
    prevLogIndex: 2,
    prevLogTerm: 1,
    entries: [{ term: 1, command: null, members: { voters: ["n1", "n2"], learners: [] } }],
    leaderCommit: 2,
  });
  const wanted = effects.find(({ kind }) => kind === "takeSnapshot");
  t.match(wanted, { lastIncludedIndex: 2, members: learning });

  const snapshot = { lastIncludedIndex: 2, lastIncludedTerm: 1, members: learning, data: "" };
  stepNow(follower, { kind: "snapshot", snapshot });
  t.same(follower.configuration.index, 3);
  receive(follower, "n3", {
    ...append,
    term: 2,
    prevLogIndex: 2,
    prevLogTerm: 1,
    entries: [{ term: 2, command: null }],
  });
  t.same(follower.configuration.members, learning, "rolled back to that of the snapshot");

  const fresh = createNode({ voters: ["n1"] });
  receive(fresh, "n3", {
    ...snapshot,
    type: "installSnapshot",
    term: 2,
    offset: 0,
    done: true,
    round: 0,
  });
  t.same(fresh.configuration, { index: 2, members: learning });
  const restarted = createNode({ voters: ["n1"], snapshot });
  t.same(restarted.configuration, { index: 2, members: learning });
});

t.test("who is not a voter waits, and never runs", async (t) => {
  const waiting = createNode({ id: "n5", voters: ["n1", "n2", "n3"] });
  const voters = ["n1", "n2", "n3"];
  const learner = createNode({
    id: "n4",
    voters,
    entries: [{ term: 1, command: null, members: learning }],
  });
  for (const node of [waiting, learner]) {
    for (let time = 0; time < 5; time++) t.same(expire(node), []);
    const order = { type: "timeoutNow", term: 1, round: 0 } as const;
    t.same(receive(node, "n2", order), []);
    t.match(node, { role: "follower", currentTerm: 1 });
  }
});

t.test("leadership is handed to voters only", async (t) => {
  const leader = createTeacher();
  const effects = stepNow(leader, { kind: "transfer", ticket: 3, to: "n4" });

  t.same(refusals(effects), ["invalid"]);
  stepNow(leader, { kind: "transfer", ticket: 4, to: "n2" });
  t.same(refusals(change(leader, "add", "n5")), ["not-leader"], "and nothing changes meanwhile");
});
