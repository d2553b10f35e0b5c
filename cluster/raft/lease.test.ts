import t from "tap";
import type { NodeName } from "../env/env.ts";
import { createRng } from "../env/rng.ts";
import { type RaftRules, raftRules } from "./rules.ts";
import { raftOptionsDefault } from "./step.ts";
import { createCluster, linksBetween } from "./testing/cluster.ts";
import {
  agree,
  createNode,
  elect,
  expire,
  fiveNodes,
  persistAll,
  read,
  receive,
  stepNow,
  type Todo,
} from "./testing/one-node.ts";
import type { Raft, RequestVote } from "./types.ts";

// Leases, section 6.4.1 of the thesis.

const options = { ...raftOptionsDefault, leaseReads: true };
const { electionTimeoutMinMs, clockDriftPermille } = options;
const leaseMs = (electionTimeoutMinMs * (1000 - clockDriftPermille)) / 1000;

/** A leader that has committed its no-op and just sent a round, which nobody has answered. */
function createLeader(rules: RaftRules = raftRules): Raft {
  const leader = createNode({ options, rules });
  elect(leader);
  persistAll(leader);
  for (const from of ["n2", "n3"]) agree(leader, from, 1);
  expire(leader);
  return leader;
}

function isServed(effects: readonly Todo[]): boolean {
  return effects.some(({ kind }) => kind === "serveRead");
}

t.test("§6.4.1 a majority that answers a round grants a lease from when it was sent", async (t) => {
  const leader = createLeader();
  const sentMs = leader.nowMs;
  leader.nowMs = sentMs + 100;
  agree(leader, "n2", 1);
  t.notOk(isServed(read(leader, 1)), "two of five");
  agree(leader, "n3", 1);

  leader.nowMs = sentMs + leaseMs - 1;
  t.ok(isServed(read(leader, 2)));
  leader.nowMs = sentMs + leaseMs + 1;
  t.notOk(isServed(read(leader, 3)), "over, though the answers came later");
});

t.test("M31 a lease from when the answers came outlives the promises", async (t) => {
  const leader = createLeader({ ...raftRules, leaseStartMs: (raft) => raft.nowMs });
  const sentMs = leader.nowMs;
  leader.nowMs = sentMs + 100;
  for (const from of ["n2", "n3"]) agree(leader, from, 1);
  leader.nowMs = sentMs + electionTimeoutMinMs;

  t.ok(isServed(read(leader, 3)));
});

t.test("§6.4.1 without the option every read has its round", async (t) => {
  const leader = createNode();
  elect(leader);
  persistAll(leader);
  for (const from of ["n2", "n3"]) agree(leader, from, 1);
  expire(leader);
  for (const from of ["n2", "n3"]) agree(leader, from, 1);

  t.notOk(isServed(read(leader, 1)));
});

t.test("answers to an earlier round do not renew the lease", async (t) => {
  const leader = createLeader();
  for (const from of ["n2", "n3", "n4", "n5"]) agree(leader, from, 1, leader.round - 1);

  t.notOk(isServed(read(leader, 1)));
});

t.test("a transfer voids the lease, until a round after its end is answered", async (t) => {
  const leader = createLeader();
  for (const from of ["n2", "n3"]) agree(leader, from, 1);
  t.ok(isServed(read(leader, 1)));

  const { round } = leader;
  stepNow(leader, { kind: "transfer", ticket: 9, to: "n2" });
  t.notOk(isServed(read(leader, 2)));
  while (leader.transfer !== null) expire(leader);
  for (const from of ["n2", "n3", "n4"]) agree(leader, from, 1, round);
  t.notOk(isServed(read(leader, 3)), "sent before it was given up");
  for (const from of ["n2", "n3"]) agree(leader, from, 1);
  t.ok(isServed(read(leader, 4)));
});

t.test("a node that has just started keeps the promises it may have made", async (t) => {
  const request: RequestVote = {
    type: "requestVote",
    term: 2,
    lastLogIndex: 0,
    lastLogTerm: 0,
    consentRound: null,
  };
  const node = createNode({ options, nowMs: 1000 });

  receive(node, "n2", request);
  receive(node, "n2", { ...request, consentRound: 7 });
  t.match(node, { currentTerm: 1, votedFor: null });
  node.nowMs = 1000 + electionTimeoutMinMs;
  receive(node, "n2", request);

  t.match(node, { currentTerm: 2, votedFor: "n2" });
});

/** Reads and writes at random nodes under partitions, restarts and transfers. */
function countReads(seed: number, rules: RaftRules) {
  const rng = createRng(`lease ${seed}`);
  const cluster = createCluster(fiveNodes, seed, rules, options);
  const { world } = cluster;
  let [written, served, stale, acknowledged] = [0, 0, 0, 0];

  function write(name: NodeName): void {
    cluster.node(name).propose(`c${++written}`, (refusal) => {
      if (refusal === null) acknowledged = Math.max(acknowledged, cluster.executed(name).length);
    });
  }

  function readAt(name: NodeName): void {
    const mustSee = acknowledged;
    cluster.node(name).read((refusal) => {
      if (refusal !== null) return;
      served += 1;
      if (cluster.executed(name).length < mustSee) stale += 1;
    });
  }

  function disturb(): void {
    const order = rng.shuffle(fiveNodes);
    const [two, three] = [order.slice(0, 2), order.slice(0, 3)];
    const rest = order.slice(2);
    const act = rng.int(0, 5);
    if (act === 0) world.network.cut = linksBetween([three, rest]);
    if (act === 1) world.network.cut = linksBetween([two, rest]);
    if (act === 2) world.network.cut = linksBetween([three, order.slice(1)]);
    if (act === 3) world.network.cut = new Set();
    if (act === 4) for (const name of two) world.kill(name);
    if (act === 4) for (const name of two) world.start(name);
    if (act === 5) for (const name of order) cluster.node(name).transfer(two[0] ?? "", () => {});
  }

  cluster.untilLeader();
  for (let round = 0; round < 300; round++) {
    if (rng.chance(1, 6)) disturb();
    const isBusy = rng.chance(1, 2);
    for (const name of fiveNodes) {
      if (isBusy && rng.chance(1, 3)) write(name);
      readAt(name);
    }
    world.run(rng.int(5, 60));
  }
  return { stale, served };
}

t.test("§6.4.1 no read by lease is stale, and the runs would show one", async (t) => {
  let count = 0;
  for (let seed = 0; seed < 25; seed++) {
    const { stale, served } = countReads(seed, raftRules);
    count += served;
    if (stale > 0) t.fail(`seed ${seed}: ${stale} stale reads`);
  }
  t.ok(count > 25 * 100, `${count} reads`);

  let seed = 0;
  while (seed < 60 && countReads(seed, { ...raftRules, hasLease: () => true }).stale === 0) seed++;
  t.ok(seed < 60, `a lease that never ends shows at seed ${seed}`);
});
