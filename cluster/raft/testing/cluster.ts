import type { NodeName } from "../../env/env.ts";
import { createFakeWorld, type FakeWorld } from "../../env/testing/fake-env.ts";
import { type RaftNode, startRaftNode } from "../node.ts";
import { type RaftRules, raftRules } from "../rules.ts";
import { raftOptionsDefault } from "../step.ts";
import type { Raft, RaftOptions } from "../types.ts";
import { type CommandList, createCommandList } from "./command-list.ts";

/** Raft nodes in a fake world; each executes by remembering the commands. */
export type RaftCluster = {
  readonly world: FakeWorld;
  readonly names: readonly NodeName[];
  node(name: NodeName): RaftNode<null>;
  executed(name: NodeName): readonly string[];
  /** Who leads the highest term among the nodes that are up, or null. */
  leader(): Raft | null;
  /** Runs until somebody leads; fails after ten virtual seconds. */
  untilLeader(): Raft;
  /** How many times a node has become leader so far. */
  elections(): number;
};

export function createCluster(
  names: readonly NodeName[],
  seed: number,
  rules: RaftRules = raftRules,
  options: RaftOptions = raftOptionsDefault,
): RaftCluster {
  const nodes = new Map<NodeName, RaftNode<null>>();
  const machines = new Map<NodeName, CommandList>();
  const program = {
    rules,
    start: (env, config, planted) => {
      const machine = createCommandList();
      machines.set(env.node, machine);
      const setup = { nodes: config.nodes, rules: planted, options, machine };
      nodes.set(env.node, startRaftNode(env, setup));
    },
  } satisfies Parameters<typeof createFakeWorld<RaftRules>>[0];
  const world = createFakeWorld(program, rules, names, seed);

  const cluster: RaftCluster = {
    world,
    names,
    node: (name) => nodes.get(name) ?? unknownNode(name),
    executed: (name) => machines.get(name)?.commands ?? [],
    leader: () => {
      const leaders = names.flatMap((name) => {
        const raft = nodes.get(name)?.state() ?? null;
        return raft?.role === "leader" ? [raft] : [];
      });
      return leaders.sort((a, b) => b.currentTerm - a.currentTerm)[0] ?? null;
    },
    untilLeader: () => {
      for (let round = 0; round < 1000; round++) {
        const leader = cluster.leader();
        if (leader !== null) return leader;
        world.run(10);
      }
      throw new Error("nobody leads after ten seconds");
    },
    elections: () =>
      world.trace.filter((one) => one.kind === "role" && one["role"] === "leader").length,
  };
  for (const name of names) world.start(name);
  return cluster;
}

function unknownNode(name: NodeName): never {
  throw new Error(`${name} was never started`);
}

/** All links between the nodes of different groups, both ways; a node may be in several groups. */
export function linksBetween(groups: readonly (readonly NodeName[])[]): Set<string> {
  const names = [...new Set(groups.flat())];
  const meet = (a: NodeName, b: NodeName): boolean =>
    groups.some((group) => group.includes(a) && group.includes(b));
  const links = names.flatMap((a) => names.filter((b) => !meet(a, b)).map((b) => `${a}>${b}`));
  return new Set(links);
}
