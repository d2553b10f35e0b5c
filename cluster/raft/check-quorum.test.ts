import t from "tap";
import { type RaftRules, raftRules } from "./rules.ts";
import { raftOptionsDefault } from "./step.ts";
import { createCluster, linksBetween } from "./testing/cluster.ts";
import { agree, createNode, elect, expire, fiveNodes, receive } from "./testing/one-node.ts";
import type { RequestVote } from "./types.ts";

// A leader without a majority gives up (thesis §6.2), and nobody else takes its majority away.

const { electionTimeoutMaxMs } = raftOptionsDefault;
const seeds = Array.from({ length: 20 }, (_, seed) => seed);

t.test(
  "thesis §6.2 a leader that hears no majority for an election timeout steps down",
  async (t) => {
    const leader = createNode();
    elect(leader);
    const electedMs = leader.nowMs;
    while (leader.role === "leader") {
      agree(leader, "n2", 0);
      expire(leader);
      t.ok(leader.nowMs < electedMs + 2 * electionTimeoutMaxMs);
    }

    t.ok(leader.nowMs >= electedMs + electionTimeoutMaxMs);
    t.match(leader, { role: "follower", leader: null, currentTerm: 2, votedFor: "n1" });
    t.ok(leader.electionDeadlineMs > leader.nowMs, "and waits before it runs again");
  },
);

t.test("thesis §6.2 any two of four followers are enough to stay", async (t) => {
  const leader = createNode();
  elect(leader);
  for (let beat = 0; beat < 100; beat++) {
    agree(leader, beat % 20 < 10 ? "n2" : "n3", 0);
    agree(leader, "n4", 0);
    expire(leader);
  }

  t.equal(leader.role, "leader");
});

t.test(
  "thesis §4.2.3 who hears a leader neither votes nor takes over a candidate's term",
  async (t) => {
    const follower = createNode();
    const heartbeat = { prevLogIndex: 0, prevLogTerm: 0, entries: [], leaderCommit: 0, round: 0 };
    const request: RequestVote = {
      consentRound: null,
      type: "requestVote",
      term: 9,
      lastLogIndex: 9,
      lastLogTerm: 8,
    };
    receive(follower, "n2", { type: "appendEntries", term: 1, ...heartbeat });
    const leader = createNode();
    elect(leader);

    for (const node of [follower, leader]) receive(node, "n3", request);

    t.match(follower, { currentTerm: 1, votedFor: null, leader: "n2" });
    t.match(leader, { currentTerm: 2, role: "leader" });
    follower.nowMs += electionTimeoutMaxMs;
    receive(follower, "n3", request);
    t.match(follower, { currentTerm: 9, votedFor: "n3" }, "the leader was silent too long");
  },
);

/** Elections in a minute in which n3 alone hears both sides. */
function electionsUnderBridge(seed: number, rules: RaftRules = raftRules): number {
  const cluster = createCluster(fiveNodes, seed, rules);
  cluster.untilLeader();
  cluster.world.run(500);
  const before = cluster.elections();
  cluster.world.network.cut = linksBetween([
    ["n1", "n2", "n3"],
    ["n3", "n4", "n5"],
  ]);
  cluster.world.run(60_000);
  return cluster.elections() - before;
}

t.test("a bridge partition of five has one stable leader", async (t) => {
  for (const seed of seeds) t.equal(electionsUnderBridge(seed), 0, `seed ${seed}`);

  const hasLeader: RaftRules["hasLeader"] = () => false;
  let disrupted = 0;
  for (const seed of seeds) disrupted += electionsUnderBridge(seed, { ...raftRules, hasLeader });
  t.ok(disrupted >= 5, `${disrupted} elections if nobody stands by the leader`);
});

t.test("a node that was isolated disrupts nobody when it is back", async (t) => {
  for (const seed of seeds) {
    const cluster = createCluster(fiveNodes, seed);
    const { id, currentTerm } = cluster.untilLeader();
    cluster.world.run(200);
    const lost = fiveNodes.filter((name) => name !== id)[seed % 4] ?? "n1";
    for (let time = 0; time < 5; time++) {
      cluster.world.network.isolated = [lost];
      cluster.world.run(4000);
      cluster.world.network.isolated = [];
      cluster.world.run(1000);
    }

    t.match(cluster.leader(), { id, currentTerm }, `seed ${seed}`);
    t.equal(cluster.elections(), 1);
  }
});

t.test("a leader that nobody can answer makes way for one whom they can", async (t) => {
  for (const seed of seeds) {
    const cluster = createCluster(fiveNodes, seed);
    const { id, currentTerm } = cluster.untilLeader();
    const others = fiveNodes.filter((name) => name !== id);
    cluster.world.network.cut = new Set(others.map((name) => `${name}>${id}`));
    cluster.world.run(6 * electionTimeoutMaxMs);

    const leader = cluster.leader();
    t.ok(leader !== null && leader.id !== id && leader.currentTerm > currentTerm, `seed ${seed}`);
  }
});

t.test("a node of a newer term without a majority makes the leader catch up with it", async (t) => {
  for (const seed of seeds) {
    const cluster = createCluster(fiveNodes, seed);
    const leader = cluster.untilLeader();
    cluster.world.run(500);
    const { currentTerm: term } = leader;
    const ahead = fiveNodes.find((name) => name !== leader.id) ?? "n1";
    const raft = cluster.node(ahead).state();
    if (raft !== null) raft.currentTerm += 7;
    cluster.world.run(6 * electionTimeoutMaxMs);

    const after = cluster.leader();
    t.ok((after?.currentTerm ?? 0) >= term + 7, `seed ${seed}`);
    const terms = fiveNodes.map((name) => cluster.node(name).state()?.currentTerm);
    t.same(new Set(terms).size, 1, "all are in one term");
    t.equal(new Set(fiveNodes.map((name) => cluster.node(name).state()?.leader)).size, 1);
  }
});
