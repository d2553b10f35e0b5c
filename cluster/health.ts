import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "./control.ts";
import type { ClientEnv, NodeName } from "./env/env.ts";
import { ClusterError } from "./errors.ts";
import type { StatusProbe, Subject } from "./subject.ts";

const pollMs = 40;
const probeTimeoutMs = 500;

/**
 * Waits until every node answers and one of them leads (a single server leads itself).
 *
 * Throws `E_NODE_EXITED` as soon as a node is gone, `E_NODE_UNHEALTHY` after `withinMs`, and
 * `E_INTERRUPTED` when the signal is aborted.
 */
export async function untilHealthy(options: {
  readonly cluster: Cluster;
  readonly subject: Subject;
  readonly env: ClientEnv;
  readonly withinMs: number;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { cluster, subject, env, withinMs, signal } = options;
  const deadline = performance.now() + withinMs;
  for (;;) {
    const probes = await Promise.all(
      cluster.control.nodes.map((node) => probeStatus(subject, env, node)),
    );
    if (isHealthy(probes)) return;
    const exit = cluster.unexpectedExits()[0];
    if (exit !== undefined) {
      const message = `${exit.node} exited while it started: ${exit.reason}`;
      throw new ClusterError("E_NODE_EXITED", message, { node: exit.node });
    }
    if (signal.aborted) throw new ClusterError("E_INTERRUPTED", "interrupted while nodes started");
    if (performance.now() > deadline) {
      const seen = cluster.control.nodes.map((node, at) => `${node} ${describe(probes[at])}`);
      throw new ClusterError(
        "E_NODE_UNHEALTHY",
        `expected all nodes to answer and a leader within ${withinMs} ms, but ${seen.join(", ")}`,
        { waitedMs: withinMs },
      );
    }
    await sleep(pollMs);
  }
}

export function probeStatus(
  subject: Subject,
  env: ClientEnv,
  node: NodeName,
): Promise<StatusProbe> {
  return new Promise((resolve) => subject.status(env, node, probeTimeoutMs, resolve));
}

function isHealthy(probes: readonly StatusProbe[]): boolean {
  return (
    probes.every((probe) => probe.kind === "answers") &&
    probes.some(
      (probe) =>
        probe.kind === "answers" &&
        (probe.status.role === "leader" || probe.status.role === "single"),
    )
  );
}

function describe(probe: StatusProbe | undefined): string {
  if (probe === undefined || probe.kind === "silent") return "does not answer";
  if (probe.kind === "refused") return "refuses connections";
  return `is ${probe.status.role} in term ${probe.status.term}`;
}
