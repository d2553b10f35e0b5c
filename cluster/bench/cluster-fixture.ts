import type { Capability, Cluster } from "../control.ts";
import { dockerDriver } from "../docker/driver.ts";
import type { ClientEnv, NodeName } from "../env/env.ts";
import { createClock } from "../env/real-clock.ts";
import { probeStatus, untilHealthy } from "../health.ts";
import type { Client } from "../subject.ts";
import { subject } from "../subjects/raft-kv/subject.ts";

export type BenchCluster = {
  readonly cluster: Cluster;
  readonly env: ClientEnv;
  readonly nodes: readonly NodeName[];
  openClient(process: number): Client;
  leader(): Promise<NodeName>;
};

/** Five raft-kv nodes in Docker, healthy. The caller takes them down. */
export async function bootRaftKv(run: string, needs: readonly Capability[]): Promise<BenchCluster> {
  const nodes = ["n1", "n2", "n3", "n4", "n5"];
  const originNs = Number(process.hrtime.bigint());
  const cluster = await dockerDriver().boot({
    run,
    subject: subject.name,
    programFile: subject.programFile,
    nodes,
    needs: new Set(needs),
    originNs,
    seed: 1,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  const env = { clock: createClock(originNs), requester: cluster.requester };
  const signal = new AbortController().signal;
  await untilHealthy({ cluster, subject, env, withinMs: 30_000, signal });
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
  };
}

/** Median of some figures; asserts nothing about their number but that there is one. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
