import { collect } from "../nemesis/each.ts";
import type { Cluster } from "./control.ts";
import type { ClientEnv, NodeName } from "./env/env.ts";
import { ClusterError } from "./errors.ts";
import type { ProcessExit } from "./exits.ts";
import type { StatusProbe, Subject } from "./subject.ts";

const pollMs = 40;
const probeTimeoutMs = 500;

export type HealthOptions = {
  readonly nodes: readonly NodeName[];
  readonly subject: Pick<Subject, "status">;
  readonly env: ClientEnv;
  readonly withinMs: number;
  /** Asked between two looks: why nobody should wait any longer. */
  readonly giveUp: () => ClusterError | null;
};

/**
 * Waits until every node answers and one of them leads (a single server leads itself); `done` with
 * `E_NODE_UNHEALTHY` after `withinMs`.
 */
export function awaitHealth(
  options: HealthOptions,
  done: (error: ClusterError | null) => void,
): void {
  const { env, withinMs } = options;
  const deadlineNs = env.clock.now() + withinMs * 1e6;

  function look(): void {
    probeAll(options, (probes) => {
      if (isHealthy(probes)) {
        done(null);
        return;
      }
      const isLate = env.clock.now() > deadlineNs;
      const reason = options.giveUp() ?? (isLate ? unhealthy(options, probes) : null);
      if (reason !== null) done(reason);
      else env.clock.setTimer(pollMs, look);
    });
  }
  look();
}

/**
 * `awaitHealth` of a booted cluster. Resolves with no exit, or with those of nodes that ended by themselves
 * while it started: that is the subject's doing. Throws a `ClusterError` when the machine ended one, when
 * nothing happens in time, and when the signal is aborted.
 */
export async function untilHealthy(options: {
  readonly cluster: Cluster;
  readonly subject: Subject;
  readonly env: ClientEnv;
  readonly withinMs: number;
  readonly signal: AbortSignal;
}): Promise<readonly ProcessExit[]> {
  const { cluster, signal } = options;
  const exits: ProcessExit[] = [];
  const giveUp = (): ClusterError | null => {
    exits.push(...cluster.unexpectedExits());
    const [exit] = exits;
    if (exit !== undefined) return exitedAtStart(exits.find(isOfMachine) ?? exit);
    if (!signal.aborted) return null;
    return new ClusterError("E_INTERRUPTED", "interrupted while nodes started");
  };
  const { nodes } = cluster.control;
  const error = await new Promise<ClusterError | null>((resolve) =>
    awaitHealth({ ...options, nodes, giveUp }, resolve),
  );
  const isSubjects = exits.length > 0 && !exits.some(isOfMachine);
  if (error !== null && !isSubjects) throw error;
  return exits;
}

function isOfMachine({ isEnvironment }: ProcessExit): boolean {
  return isEnvironment;
}

function exitedAtStart({ node, reason, lastLines }: ProcessExit): ClusterError {
  const said = lastLines.length === 0 ? "" : `; its last line: ${lastLines.at(-1)}`;
  const message = `${node} could not be started or was ended by the machine while it started: ${reason}${said}`;
  return new ClusterError("E_NODE_EXITED", message, { node });
}

export function probeStatus(
  subject: Subject,
  env: ClientEnv,
  node: NodeName,
): Promise<StatusProbe> {
  return new Promise((resolve) => subject.status(env, node, probeTimeoutMs, resolve));
}

/** How each node answers now, in the order of `nodes`. */
export function probeAll(
  { nodes, subject, env }: Pick<HealthOptions, "nodes" | "subject" | "env">,
  done: (probes: readonly StatusProbe[]) => void,
): void {
  collect<NodeName, StatusProbe>(
    nodes,
    (node, next) => subject.status(env, node, probeTimeoutMs, (probe) => next(null, probe)),
    (_error, probes) => done(probes.map((probe) => probe ?? { kind: "silent" })),
  );
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

function unhealthy(
  { nodes, withinMs }: HealthOptions,
  probes: readonly StatusProbe[],
): ClusterError {
  const seen = nodes.map((node, at) => `${node} ${describe(probes[at])}`);
  return new ClusterError(
    "E_NODE_UNHEALTHY",
    `expected all nodes to answer and a leader within ${withinMs} ms, but ${seen.join(", ")}`,
    { waitedMs: withinMs },
  );
}

function describe(probe: StatusProbe | undefined): string {
  if (probe === undefined || probe.kind === "silent") return "does not answer";
  if (probe.kind === "refused") return "refuses connections";
  return `is ${probe.status.role} in term ${probe.status.term}`;
}
