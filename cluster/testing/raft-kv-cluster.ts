import type { Capability, Cluster, Link } from "../control.ts";
import { dockerDriver } from "../docker/driver.ts";
import type { ClientEnv, NodeName } from "../env/env.ts";
import { createClock } from "../env/real-clock.ts";
import { probeStatus, untilHealthy } from "../health.ts";
import type { Client } from "../subject.ts";
import { subject } from "../subjects/raft-kv/subject.ts";

export type RaftKvCluster = {
  readonly cluster: Cluster;
  readonly env: ClientEnv;
  readonly nodes: readonly NodeName[];
  openClient(process: number): Client;
  leader(): Promise<NodeName>;
  /** `lastApplied` of a node; -1 when it does not answer. */
  appliedOn(node: NodeName): Promise<number>;
};

/** Healthy raft-kv nodes in Docker, five unless told. The caller takes them down. */
export async function bootRaftKv(
  run: string,
  needs: readonly Capability[],
  nodes: readonly NodeName[] = ["n1", "n2", "n3", "n4", "n5"],
): Promise<RaftKvCluster> {
  const originNs = Number(process.hrtime.bigint());
  const cluster = await dockerDriver().boot({
    run,
    subject: subject.name,
    programFile: subject.programFile,
    nodes,
    options: {},
    needs: new Set(needs),
    originNs,
    seed: 1,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  const env = { clock: createClock(originNs), requester: cluster.requester };
  const signal = new AbortController().signal;
  const [exit] = await untilHealthy({ cluster, subject, env, withinMs: 30_000, signal });
  if (exit !== undefined) throw new Error(`${exit.node} ended while it started: ${exit.reason}`);
  return {
    cluster,
    env,
    nodes,
    openClient: (process) =>
      subject.openClient("versioned-kv", {
        env,
        nodes,
        process,
        thread: process,
        route: "leader",
        seed: `bench/${process}`,
        timeoutMs: 5000,
      }),
    leader: async () => {
      const probes = await Promise.all(nodes.map((node) => probeStatus(subject, env, node)));
      const at = probes.findIndex(
        (probe) => probe.kind === "answers" && probe.status.role === "leader",
      );
      return nodes[at] ?? "n1";
    },
    appliedOn: async (node) => {
      const probe = await probeStatus(subject, env, node);
      return probe.kind === "answers" ? probe.status.lastApplied : -1;
    },
  };
}

/** All links between a node and the others, both ways. */
export function linksAround(node: NodeName, nodes: readonly NodeName[]): Link[] {
  return nodes
    .filter((other) => other !== node)
    .flatMap((other) => [
      { from: other, to: node },
      { from: node, to: other },
    ]);
}

/** The upper median; NaN of none. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
