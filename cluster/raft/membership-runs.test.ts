import t from "tap";
import type { NodeName } from "../env/env.ts";
import { createRng } from "../env/rng.ts";
import { type RaftRules, raftRules } from "./rules.ts";
import { raftOptionsDefault } from "./step.ts";
import { createCluster, type RaftCluster } from "./testing/cluster.ts";
import { findViolation } from "./testing/invariants.ts";
import { fiveNodes } from "./testing/one-node.ts";
import type { MemberChange } from "./types.ts";

// Servers come and go under loss, partitions, crashes, snapshots and transfers.

type Run = {
  readonly violation: string | null;
  readonly acknowledged: number;
  readonly changes: number;
};

function runChanges(seed: number, rules: RaftRules = raftRules): Run {
  const rng = createRng(`members ${seed}`);
  const snapshotEntriesMax = rng.pick([5, 20, 1000]);
  const initialVoters = rng.pick([1, 3, 5]);
  const options = { ...raftOptionsDefault, snapshotEntriesMax, initialVoters };
  const cluster = createCluster(fiveNodes, seed, rules, options);
  const { world } = cluster;
  world.network.hostility = { lossPermille: rng.pick([0, 30, 100]), duplicatePermille: 50 };
  const acknowledged: string[] = [];
  let [count, changes] = [0, 0];

  function propose(name: NodeName): void {
    const command = `c${++count}`;
    cluster.node(name).propose(command, (refusal) => {
      if (refusal === null) acknowledged.push(command);
    });
  }

  function changeMembers(name: NodeName): void {
    const change = rng.pick<MemberChange["change"]>(["add", "promote", "promote", "remove"]);
    cluster.node(name).changeMembers({ change, node: rng.pick(fiveNodes) }, (refusal) => {
      if (refusal === null) changes += 1;
    });
  }

  function disturb(): void {
    const some = rng.shuffle(fiveNodes).slice(0, 2);
    const act = rng.int(0, 4);
    if (act === 0) world.network.isolated = some;
    if (act === 1) world.network.isolated = [];
    if (act === 2) for (const node of some) world.kill(node);
    if (act >= 2) for (const node of fiveNodes) world.start(node);
    if (act === 3) cluster.node(cluster.leader()?.id ?? "n1").transfer(rng.pick(some), () => {});
  }

  world.run(100);
  for (let round = 0; round < 150; round++) {
    if (rng.chance(1, 8)) disturb();
    for (const name of fiveNodes) if (rng.chance(1, 2)) propose(name);
    if (rng.chance(1, 2)) for (const name of fiveNodes) changeMembers(name);
    world.run(rng.int(1, 200));
  }
  world.network.hostility = { lossPermille: 0, duplicatePermille: 0 };
  world.network.isolated = [];
  for (const node of fiveNodes) world.start(node);
  world.run(8000);
  const violation = findViolation(world.trace) ?? findLoss(cluster, acknowledged);
  return { violation, acknowledged: acknowledged.length, changes };
}

/** All members have executed the same, and whoever is none a beginning of it; nothing is lost. */
function findLoss(cluster: RaftCluster, acknowledged: readonly string[]): string | null {
  const leader = cluster.leader();
  if (leader === null) return "nobody leads";
  const executed = cluster.executed(leader.id);
  const { voters, learners } = leader.configuration.members;
  for (const name of fiveNodes) {
    const own = cluster.executed(name);
    const isMember = voters.includes(name) || learners.includes(name);
    if (isMember && own.length !== executed.length) return `${name} does not follow ${leader.id}`;
    if (own.join() !== executed.slice(0, own.length).join()) return `${name} executed otherwise`;
  }
  const times = new Map<string, number>();
  for (const command of executed) times.set(command, (times.get(command) ?? 0) + 1);
  const lost = acknowledged.find((command) => times.get(command) !== 1);
  return lost === undefined ? null : `${lost} was acknowledged, and executed not exactly once`;
}

t.test("changes of the members lose nothing and end with a cluster that works", async (t) => {
  let [acknowledged, changes] = [0, 0];
  for (let seed = 0; seed < 30; seed++) {
    const run = runChanges(seed);
    acknowledged += run.acknowledged;
    changes += run.changes;
    if (run.violation !== null) t.fail(`seed ${seed}: ${run.violation}`);
  }
  t.ok(acknowledged > 30 * 30, `${acknowledged} acknowledged`);
  t.ok(changes > 30 * 3, `${changes} changes`);
});

t.test("these runs would show a broken rule", async (t) => {
  const broken: Readonly<Record<string, Partial<RaftRules>>> = {
    "M47: learners count": {
      isCounted: ({ voters, learners }, node) => voters.includes(node) || learners.includes(node),
    },
    "several changes at a time": {
      mayChangeMembers: () => true,
    },
  };
  for (const [name, rules] of Object.entries(broken)) {
    let seed = 0;
    while (seed < 100 && runChanges(seed, { ...raftRules, ...rules }).violation === null) seed++;
    t.ok(seed < 100, `${name}: seed ${seed}`);
  }
});

t.test("a removed node disrupts nobody, whether it knows of its removal or not", async (t) => {
  for (let seed = 0; seed < 20; seed++) {
    const cluster = createCluster(fiveNodes, seed);
    const { world } = cluster;
    const leader = cluster.untilLeader();
    world.run(300);
    const removed = fiveNodes.find((name) => name !== leader.id) ?? "n1";
    const isCutOff = seed % 2 === 0;
    if (isCutOff) world.network.isolated = [removed];
    const ends: unknown[] = [];
    cluster.node(leader.id).changeMembers({ change: "remove", node: removed }, (end) => {
      ends.push(end);
    });
    world.run(300);
    t.same(ends, [null], `seed ${seed}: removed`);

    world.kill(removed);
    world.start(removed);
    world.run(3000);
    world.network.isolated = [];
    world.run(30_000);

    t.equal(cluster.elections(), 1, "the leader of the start still leads");
    t.equal(leader.role, "leader");
    t.equal(leader.quorum, 3);
  }
});

t.test("a leader that is removed hands over within milliseconds", async (t) => {
  for (let seed = 0; seed < 20; seed++) {
    const cluster = createCluster(fiveNodes, seed);
    const { world } = cluster;
    const { id } = cluster.untilLeader();
    world.run(300);
    cluster.node(id).changeMembers({ change: "remove", node: id }, () => {});
    world.run(200);

    const successor = cluster.leader();
    t.ok(successor !== null && successor.id !== id, `seed ${seed}`);
    t.same(successor?.configuration.members.voters.includes(id), false);
  }
});
