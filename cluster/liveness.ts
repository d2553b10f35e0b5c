import type { Interpreter } from "../workloads/interpreter.ts";
import { type JournalLine, nemesisLine } from "../workloads/recorder.ts";
import type { ClientEnv, NodeName, Timer } from "./env/env.ts";
import { probeAll } from "./health.ts";
import type { NodeStatus, StatusProbe, Subject } from "./subject.ts";

const lookAgainMs = 50;

export type LivenessOptions = {
  /** Nodes that are up and connected to one another: a majority at least. */
  readonly core: readonly NodeName[];
  /** How the others stay away meanwhile, in words; null or absent when nobody does. */
  readonly others?: string | null;
  readonly subject: Pick<Subject, "status">;
  readonly env: ClientEnv;
  readonly interpreter: Pick<Interpreter, "runUntilWritten" | "stop">;
  readonly record: (line: JournalLine) => void;
  readonly withinMs: number;
  /** How long the leader must then lead on, heard by the whole core; not asked when absent. */
  readonly steadyMs?: number;
  /** Whether the run was told to end early: what then does not happen is nobody's fault. */
  readonly isOver: () => boolean;
};

/**
 * The second phase of a run: a healed core must lead, acknowledge a write and catch up, and not depose
 * the leader that it hears.
 *
 * Records what came of it as the nemesis line `liveness`, which the checker of that name reads;
 * `done` when nothing is in flight any more. A demand that is cut short records nothing. The bound of a
 * status request is counted as the core's.
 */
export function demandLiveness(options: LivenessOptions, done: () => void): void {
  const { core, others = null, env, interpreter, record, withinMs, isOver } = options;
  const { clock } = env;
  const startNs = clock.now();
  let writtenMs: number | null = null;
  let deadline: Timer | null = null;

  function sinceStartMs(): number {
    return (clock.now() - startNs) / 1e6;
  }

  function finish(
    caughtUpMs: number | null,
    missing: string | null,
    deposed: string | null = null,
  ): void {
    const value = { core, others, writtenMs, caughtUpMs, missing, deposed };
    if (!isOver()) record(nemesisLine("liveness", value));
    done();
  }

  /** A write that was acknowledged is committed: what its leader has committed now includes it. */
  function lookUntilCaughtUp(): void {
    probeAll({ nodes: core, subject: options.subject, env }, (probes) => {
      const missing = whatIsMissing(core, probes);
      if (missing === null) lookWhetherSteady(sinceStartMs(), statusesOf(probes));
      else if (isOver() || sinceStartMs() > withinMs) finish(null, missing);
      else clock.setTimer(lookAgainMs, lookUntilCaughtUp);
    });
  }

  function lookWhetherSteady(caughtUpMs: number, before: Statuses): void {
    const { steadyMs } = options;
    if (steadyMs === undefined) {
      finish(caughtUpMs, null);
      return;
    }
    clock.setTimer(steadyMs, () =>
      probeAll({ nodes: core, subject: options.subject, env }, (probes) =>
        finish(caughtUpMs, null, howDeposed(core, before, statusesOf(probes))),
      ),
    );
  }

  deadline = clock.setTimer(withinMs, interpreter.stop);
  interpreter.runUntilWritten(
    () => {
      writtenMs = sinceStartMs();
    },
    () => {
      deadline?.cancel();
      if (writtenMs === null) finish(null, "no write had been acknowledged");
      else lookUntilCaughtUp();
    },
  );
}

type Statuses = readonly (NodeStatus | null)[];

function statusesOf(probes: readonly StatusProbe[]): Statuses {
  return probes.map((probe) => (probe.kind === "answers" ? probe.status : null));
}

/** Null when one node leads, in the term of all, and all have applied what it has committed. */
function whatIsMissing(nodes: readonly NodeName[], probes: readonly StatusProbe[]): string | null {
  const statuses = statusesOf(probes);
  const silent = nodes.filter((_, at) => statuses[at] === null);
  if (silent.length > 0) return `${silent.join(", ")} did not answer`;
  const leader = leaderAmong(statuses);
  if (leader === null) return "no node led";
  const behind = nodes.flatMap((node, at) => {
    const applied = statuses[at]?.lastApplied ?? 0;
    return applied < leader.commitIndex ? [`${node} had applied ${applied}`] : [];
  });
  if (behind.length > 0) {
    return `${behind.join(", ")} of ${leader.commitIndex} committed entries`;
  }
  const elsewhere = nodes.flatMap((node, at) => {
    const term = statuses[at]?.term ?? 0;
    return term === leader.term ? [] : [`${node} was in term ${term}`];
  });
  return elsewhere.length === 0 ? null : `${elsewhere.join(", ")}, the leader in ${leader.term}`;
}

function leaderAmong(statuses: Statuses): NodeStatus | null {
  let leader: NodeStatus | null = null;
  for (const status of statuses) {
    const leads = status?.role === "leader" || status?.role === "single";
    if (leads && status.term > (leader?.term ?? -1)) leader = status;
  }
  return leader;
}

/** Null when the leader of the look before leads on; terms never decrease, so it did all the time. */
function howDeposed(nodes: readonly NodeName[], before: Statuses, after: Statuses): string | null {
  const leader = leaderAmong(before);
  const at = before.indexOf(leader);
  const now = after[at];
  // Nobody was seen in its place.
  if (leader === null || now === null || now === undefined) return null;
  if (now.role === leader.role && now.term === leader.term) return null;
  return `${nodes[at]}, which had led term ${leader.term}, was ${now.role} in term ${now.term}`;
}
