import type { Interpreter } from "../workloads/interpreter.ts";
import type { JournalLine } from "../workloads/recorder.ts";
import type { ClientEnv, NodeName, Timer } from "./env/env.ts";
import { probeAll } from "./health.ts";
import type { StatusProbe, Subject } from "./subject.ts";

const lookAgainMs = 50;

export type LivenessOptions = {
  /** Nodes that are up and connected to one another: a majority at least. */
  readonly core: readonly NodeName[];
  readonly subject: Pick<Subject, "status">;
  readonly env: ClientEnv;
  readonly interpreter: Pick<Interpreter, "runUntilWritten" | "stop">;
  readonly record: (line: JournalLine) => void;
  readonly withinMs: number;
};

/**
 * The second phase of a run: a healed core must lead, acknowledge a write and catch up.
 *
 * Records what came of it as the nemesis line `liveness`, which the checker of that name reads;
 * `done` when nothing is in flight any more. The bound of a status request is counted as the core's.
 */
export function demandLiveness(options: LivenessOptions, done: () => void): void {
  const { core, env, interpreter, record, withinMs } = options;
  const { clock } = env;
  const startNs = clock.now();
  let writtenMs: number | null = null;
  let deadline: Timer | null = null;

  function sinceStartMs(): number {
    return (clock.now() - startNs) / 1e6;
  }

  function finish(caughtUpMs: number | null, missing: string | null): void {
    const value = { core, writtenMs, caughtUpMs, missing };
    record({ process: "nemesis", type: "info", f: "liveness", value });
    done();
  }

  /** A write that was acknowledged is committed: what its leader has committed now includes it. */
  function lookUntilCaughtUp(): void {
    probeAll({ nodes: core, subject: options.subject, env }, (probes) => {
      const missing = whatIsMissing(core, probes);
      if (missing === null) finish(sinceStartMs(), null);
      else if (sinceStartMs() > withinMs) finish(null, missing);
      else clock.setTimer(lookAgainMs, lookUntilCaughtUp);
    });
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

/** Null when one node leads and every node has applied all that it has committed. */
function whatIsMissing(nodes: readonly NodeName[], probes: readonly StatusProbe[]): string | null {
  const statuses = probes.map((probe) => (probe.kind === "answers" ? probe.status : null));
  const silent = nodes.filter((_, at) => statuses[at] === null);
  if (silent.length > 0) return `${silent.join(", ")} did not answer`;
  const leaders = statuses.filter(
    (status) => status?.role === "leader" || status?.role === "single",
  );
  const leader = leaders.reduce(
    (top, one) => ((one?.term ?? 0) > (top?.term ?? -1) ? one : top),
    null,
  );
  if (leader === null || leader === undefined) return "no node led";
  const behind = nodes.flatMap((node, at) => {
    const applied = statuses[at]?.lastApplied ?? 0;
    return applied < leader.commitIndex ? [`${node} had applied ${applied}`] : [];
  });
  if (behind.length === 0) return null;
  return `${behind.join(", ")} of ${leader.commitIndex} committed entries`;
}
