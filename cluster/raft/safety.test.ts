import t from "tap";
import type { NodeName } from "../env/env.ts";
import type { NodeProgram } from "../env/program.ts";
import { createRng } from "../env/rng.ts";
import { createFakeWorld } from "../env/testing/fake-env.ts";
import { type RaftNode, startRaftNode } from "./node.ts";
import { type RaftRules, raftRules } from "./rules.ts";
import { raftOptionsDefault } from "./step.ts";
import { type CommandList, createCommandList } from "./testing/command-list.ts";
import { findViolation } from "./testing/invariants.ts";

// Whole clusters under loss, duplication, reordering, partitions and crashes that lose what was
// not yet durable. Everything follows from the seed.

type Run = { readonly violation: string | null; readonly acknowledged: number };

function simulate(rules: RaftRules, seed: number): Run {
  const rng = createRng(`plan ${seed}`);
  const names = rng.pick([
    ["n1", "n2", "n3"],
    ["n1", "n2", "n3", "n4", "n5"],
  ]);
  const nodes = new Map<NodeName, RaftNode<null>>();
  const machines = new Map<NodeName, CommandList>();
  const options = {
    ...raftOptionsDefault,
    snapshotEntriesMax: rng.pick([5, 20, 1000]),
    snapshotChunkChars: rng.pick([100, 1000]),
  };
  const program: NodeProgram<RaftRules> = {
    rules,
    start: (env, config, planted) => {
      const machine = createCommandList();
      machines.set(env.node, machine);
      const setup = { nodes: config.nodes, rules: planted, options, machine };
      nodes.set(env.node, startRaftNode(env, setup));
    },
  };
  const world = createFakeWorld(program, rules, names, seed);
  world.network.hostility = { lossPermille: rng.pick([0, 30, 150]), duplicatePermille: 50 };
  const acknowledged: string[] = [];
  let count = 0;

  function proposeSome(): void {
    for (const node of names) {
      if (!rng.chance(2, 3)) continue;
      const command = `c${++count}`;
      nodes.get(node)?.propose(command, (refusal) => {
        if (refusal === null) acknowledged.push(command);
      });
    }
  }

  function disturb(): void {
    const some = rng.shuffle(names).slice(0, rng.int(1, names.length - 1));
    const act = rng.int(0, 6);
    if (act === 0) world.network.isolated = some.slice(0, 2);
    if (act === 1) world.network.isolated = [];
    if (act === 2) for (const node of some) stop(node);
    if (act === 3) for (const node of names) stop(node);
    if (act >= 3) for (const node of some) world.start(node);
  }

  function stop(node: NodeName): void {
    world.kill(node);
    nodes.delete(node);
  }

  for (const node of names) world.start(node);
  for (let round = 0; round < 60; round++) {
    if (rng.chance(1, 4)) disturb();
    for (let burst = 0; burst < 5; burst++) {
      proposeSome();
      world.run(rng.int(1, 100));
    }
  }
  world.network.hostility = { lossPermille: 0, duplicatePermille: 0 };
  world.network.isolated = [];
  for (const node of names) world.start(node);
  world.run(8000);
  const violation = findViolation(world.trace) ?? findLoss(names, machines, acknowledged);
  return { violation, acknowledged: acknowledged.length };
}

/** After everything healed, all nodes have executed the same, and each acknowledged call once. */
function findLoss(
  names: readonly NodeName[],
  machines: ReadonlyMap<NodeName, CommandList>,
  acknowledged: readonly string[],
): string | null {
  const [first, ...others] = names.map((node) => machines.get(node)?.commands ?? []);
  if (others.some((other) => other.join() !== first?.join())) return "the nodes disagree";
  const times = new Map<string, number>();
  for (const command of first ?? []) times.set(command, (times.get(command) ?? 0) + 1);
  const lost = acknowledged.find((command) => times.get(command) !== 1);
  return lost === undefined ? null : `${lost} was acknowledged, and executed not exactly once`;
}

/** How many runs must be clean, and within how many a broken rule must show. */
const cleanRuns = 60;
const brokenRunsMax = 400;

t.test("fig. 3 election safety, log matching, state machine safety hold", async (t) => {
  let acknowledged = 0;
  for (let seed = 0; seed < cleanRuns; seed++) {
    const run = simulate(raftRules, seed);
    acknowledged += run.acknowledged;
    if (run.violation !== null) t.fail(`seed ${seed}: ${run.violation}`);
  }
  t.ok(acknowledged > cleanRuns * 50, `${acknowledged} acknowledged`);
});

t.test("these runs would show a broken rule", async (t) => {
  const broken: Readonly<Record<string, Partial<RaftRules>>> = {
    "M1 and M21: nothing waits for the disk": { waitsForDisk: () => false },
    "M5: any log is up to date": { isUpToDate: () => true },
    "M9: the previous term is not compared": {
      matchesLog: (log, { prevLogIndex }) => prevLogIndex <= log.lastIndex,
    },
    "M16: one node too few is a majority": {
      leaderCommit: (raft) => {
        const matches = [...raft.progress.values()].map((one) => one.matchIndex);
        const [highest] = matches.sort((a, b) => b - a);
        return Math.max(raft.commitIndex, highest ?? 0);
      },
    },
    "M13: what was sent counts as received": {
      matchAfter: (progress) => Math.max(progress.matchIndex, progress.nextIndex - 1),
    },
    "M20: executed before it is committed": {
      executable: (raft) => (raft.role === "leader" ? raft.log.lastIndex : raft.commitIndex),
    },
  };
  for (const [name, rules] of Object.entries(broken)) {
    const isCaught = (seed: number): boolean =>
      simulate({ ...raftRules, ...rules }, seed).violation !== null;
    let seed = 0;
    while (seed < brokenRunsMax && !isCaught(seed)) seed++;
    t.ok(seed < brokenRunsMax, `${name}: seed ${seed}`);
  }
});
