import t from "tap";
import { createRng } from "../env/rng.ts";
import { type RaftRules, raftRules } from "./rules.ts";
import { raftOptionsDefault } from "./step.ts";
import { createCluster } from "./testing/cluster.ts";
import {
  agree,
  createNode,
  elect,
  expire,
  fiveNodes,
  messagesIn,
  persistAll,
  propose,
  read,
  receive,
  stepNow,
  type Todo,
} from "./testing/one-node.ts";
import type { AppendEntries, Raft, RequestVote } from "./types.ts";

// Leadership transfer, section 3.10 of the thesis.

const { electionTimeoutMinMs, electionTimeoutMaxMs } = raftOptionsDefault;

/** A leader of term 2 whose no-op everyone has. */
function createLeader(): Raft {
  const leader = createNode();
  elect(leader);
  persistAll(leader);
  for (const from of ["n2", "n3", "n4", "n5"]) agree(leader, from, 1);
  return leader;
}

function transfer(raft: Raft, to: string, ticket = 9): readonly Todo[] {
  return stepNow(raft, { kind: "transfer", ticket, to });
}

/** The orders to run that are sent, by target. */
function orders(effects: readonly Todo[]): readonly string[] {
  return effects.flatMap((effect) =>
    effect.kind === "send" && effect.message.type === "timeoutNow" ? [effect.to] : [],
  );
}

const heartbeat: AppendEntries = {
  type: "appendEntries",
  term: 4,
  prevLogIndex: 0,
  prevLogTerm: 0,
  entries: [],
  leaderCommit: 0,
  round: 5,
};
const request: RequestVote = {
  type: "requestVote",
  term: 5,
  lastLogIndex: 9,
  lastLogTerm: 4,
  consentRound: 5,
};

/** Hears the leader n2 in round 5 of term 4. */
function createFollower(rules: RaftRules = raftRules): Raft {
  const follower = createNode({ hardState: { currentTerm: 4, votedFor: null }, rules });
  receive(follower, "n2", heartbeat);
  return follower;
}

t.test("§3.10 the target is told to run once it has the whole log", async (t) => {
  const leader = createLeader();
  propose(leader, 1);

  t.same(orders(transfer(leader, "n4")), []);
  t.same(orders(agree(leader, "n3", 2)), []);
  t.same(orders(agree(leader, "n4", 2)), ["n4"]);
  t.same(orders(agree(leader, "n4", 2)), [], "once");
  t.same(orders(expire(leader)), ["n4"], "and again with the next heartbeat");
});

t.test("§3.10 a leader that hands over takes no proposals", async (t) => {
  const leader = createLeader();
  transfer(leader, "n4");

  const refusal = propose(leader, 1).find(({ kind }) => kind === "refuse");

  t.match(refusal, { ticket: 1, refusal: "not-leader" });
  t.equal(leader.log.lastIndex, 1);
});

t.test("§3.10 the call ends when leadership is gone", async (t) => {
  const leader = createLeader();
  transfer(leader, "n4");
  const vote = { ...request, term: 3, lastLogTerm: 2, consentRound: leader.round };

  const effects = receive(leader, "n4", vote);

  t.match(
    effects.find(({ kind }) => kind === "transferred"),
    { ticket: 9 },
  );
  t.match(leader, { role: "follower", votedFor: "n4", currentTerm: 3, transfer: null });
});

t.test("§3.10 it gives up after an election timeout, and leads on in a later round", async (t) => {
  const leader = createLeader();
  transfer(leader, "n4");
  const sinceMs = leader.nowMs;
  const { round } = leader;
  const effects: Todo[] = [];
  while (leader.transfer !== null) {
    t.equal(leader.round, round, "no round begins meanwhile");
    effects.push(...expire(leader));
  }

  t.ok(leader.nowMs - sinceMs >= electionTimeoutMinMs);
  t.match(
    effects.find(({ kind }) => kind === "refuse"),
    { ticket: 9, refusal: "aborted" },
  );
  t.equal(leader.round, round + 1);
  propose(leader, 1);
  t.equal(leader.log.lastIndex, 2, "it takes proposals again");
  receive(leader, "n4", { ...request, term: 3, lastLogTerm: 2, consentRound: round });
  t.match(leader, { role: "leader", currentTerm: 2 }, "the target comes too late");
});

t.test("a read that comes during a transfer waits for its end", async (t) => {
  const leader = createLeader();
  transfer(leader, "n4");
  read(leader, 7);
  while (leader.transfer !== null) expire(leader);
  agree(leader, "n2", 1);

  t.match(agree(leader, "n3", 1), [{ kind: "serveRead", ticket: 7 }]);
});

t.test("what cannot be done is refused", async (t) => {
  const leader = createLeader();
  t.match(transfer(leader, "n9"), [{ refusal: "invalid" }]);
  t.match(transfer(leader, "n1"), [{ refusal: "invalid" }]);
  transfer(leader, "n2");
  t.match(transfer(leader, "n3", 10), [{ ticket: 10, refusal: "busy" }]);
  t.match(transfer(createNode(), "n2"), [{ refusal: "not-leader" }]);
});

t.test(
  "§3.10 who is told to run asks nobody first, and says that the leader consents",
  async (t) => {
    const follower = createFollower();

    const effects = receive(follower, "n2", { type: "timeoutNow", term: 4, round: 5 });

    t.match(follower, { role: "candidate", currentTerm: 5 });
    t.match(messagesIn(effects)[0], { type: "requestVote", term: 5, consentRound: 5 });
  },
);

t.test("M51 an order that was given up, or of an earlier term, is not obeyed", async (t) => {
  for (const order of [
    { term: 4, round: 4 },
    { term: 3, round: 9 },
  ]) {
    const follower = createFollower();
    receive(follower, "n2", { type: "timeoutNow", ...order });
    t.match(follower, { role: "follower", currentTerm: 4 });

    const wrong = createFollower({ ...raftRules, isHandingOver: () => true });
    receive(wrong, "n2", { type: "timeoutNow", ...order });
    t.match(wrong, { role: "candidate", currentTerm: 5 }, "with the bug");
  }
});

t.test("§3.10 who hears the leader votes for whom it chose, while it does", async (t) => {
  const cases = [
    { name: "chosen", consentRound: 5, votedFor: "n3" },
    { name: "given up since", consentRound: 4, votedFor: null },
    { name: "not chosen", consentRound: null, votedFor: null },
  ];
  for (const { name, consentRound, votedFor } of cases) {
    const follower = createFollower();
    receive(follower, "n3", { ...request, consentRound });
    t.equal(follower.votedFor, votedFor, name);
  }
});

t.test("a transfer in a quiet cluster takes milliseconds and loses nothing", async (t) => {
  for (let seed = 0; seed < 30; seed++) {
    const cluster = createCluster(fiveNodes, seed);
    const old = cluster.untilLeader();
    cluster.world.run(300);
    const to = createRng(seed).pick(fiveNodes.filter((name) => name !== old.id));
    const ends: unknown[] = [];
    for (let count = 0; count < 5; count++) {
      cluster.node(old.id).propose(`c${count}`, (refusal) => ends.push(refusal));
    }
    cluster.node(old.id).transfer(to, (refusal) => ends.push(refusal));
    cluster.world.run(100);

    t.equal(cluster.leader()?.id, to, `seed ${seed}`);
    t.equal(ends.at(-1), null);
    cluster.world.run(500);
    t.same(cluster.executed(to), ["c0", "c1", "c2", "c3", "c4"]);
  }
});

t.test("a transfer to a node that is cut off ends, and the leader stays", async (t) => {
  for (let seed = 0; seed < 10; seed++) {
    const cluster = createCluster(fiveNodes, seed);
    const leader = cluster.untilLeader();
    const to = fiveNodes.find((name) => name !== leader.id) ?? "n1";
    cluster.world.run(300);
    cluster.world.network.isolated = [to];
    const ends: unknown[] = [];
    cluster.node(leader.id).transfer(to, (refusal) => ends.push(refusal));
    cluster.world.run(electionTimeoutMaxMs);
    cluster.node(leader.id).propose("after", (refusal) => ends.push(refusal));
    cluster.world.run(200);

    t.same(ends, ["aborted", null], `seed ${seed}`);
    t.equal(cluster.elections(), 1);
  }
});
