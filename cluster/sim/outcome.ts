import { type CheckResult, checkers, type Op } from "porcupine-ts";
import { expectationsOf } from "../../nemesis/atlas.ts";
import type { CheckerResult } from "../../reports/result.ts";
import type { CheckSpec, Workload } from "../../workloads/workload.ts";
import { exitsResult } from "../check-exits.ts";
import { type Judged, judge } from "../judge.ts";
import { namedMoments } from "../named-moments.ts";
import { voterNames } from "../node-names.ts";
import type { Invariants, Violation } from "../raft/invariants.ts";
import { invariantsResult } from "../raft-invariants.ts";
import type { SimPlan } from "./plan.ts";
import type { Simulated } from "./run.ts";

/** Counted in steps, never in time: a verdict must be the same on every machine. */
const budget = { stepsMax: 20_000_000, configurationsMax: 4_000_000, shouldStop: () => false };

const needsLiveness: ReadonlySet<string> = new Set(["liveness", "recovery"]);

/** Every verdict on a simulated run: the workload's checks, Raft's promises, nodes that gave up. */
export function checkSimulated(
  { workload, subject }: SimPlan,
  simulated: Simulated,
): CheckerResult[] {
  const { load, unhealthy, invariants, exits } = simulated;
  const { safeUntilNs, liveness } = expectationsOf(voterNames(workload), load.records);
  const asked = workload.check.filter(({ checker }) => liveness || !needsLiveness.has(checker));
  const isSafe = safeUntilNs === Number.POSITIVE_INFINITY;
  const ops = isSafe ? load.ops : load.ops.filter(({ time }) => time < safeUntilNs);
  const checks =
    unhealthy === null
      ? asked.map((spec) => checkNow(spec, spec.checker === "stats" ? load.ops : ops))
      : [finding("liveness", unhealthy)];
  if (subject.tracesRaft) {
    const before = observedBefore(invariants, safeUntilNs);
    const moments = namedMoments(checks, load.ops);
    checks.push(invariantsResult(before, { problem: null, notes: [], tookMs: 0, moments }));
  }
  // Who finds that it had forgotten may give up.
  if (!isSafe) return checks;
  if (exits.length > 0) checks.push(exitsResult(exits));
  return checks;
}

/** What a simulated run is worth, by the same rules as any other. */
export function judgeSimulated(
  workload: Workload,
  simulated: Simulated,
  checks: readonly CheckerResult[],
): Judged {
  const { load, stats, unhealthy } = simulated;
  const durationMs = Math.round(stats.virtualNs / 1e6);
  const judged = judge({ workload, load, checks, durationMs, environment: [] });
  // Nothing was asked of a cluster that never came up: that it did not is all there is to say.
  return unhealthy === null ? judged : { ...judged, vacuous: [] };
}

/** Without the violations from this moment on. */
function observedBefore(invariants: Invariants, untilNs: number): Invariants {
  if (untilNs === Number.POSITIVE_INFINITY) return invariants;
  const isBefore = ({ timeNs }: Violation): boolean => timeNs < untilNs;
  const violations = invariants.violations().filter(isBefore);
  return {
    ...invariants,
    violations: () => violations,
    sample: () => invariants.sample().filter(isBefore),
    violationCount: () => violations.length,
  };
}

function finding(checker: string, summary: string): CheckerResult {
  return { checker, verdict: "invalid", summary, anomalies: [], tookMs: 0 };
}

function checkNow({ checker: name, options }: CheckSpec, ops: readonly Op[]): CheckerResult {
  return { ...checkSafely(name, options, ops), checker: name, tookMs: 0 };
}

/** A checker that throws has decided nothing. */
function checkSafely(name: string, options: CheckSpec["options"], ops: readonly Op[]): CheckResult {
  const checker = checkers[name];
  if (checker === undefined) throw new RangeError(`a loaded workload has no checker ${name}`);
  try {
    return checker.check(ops, options, budget);
  } catch (error) {
    const summary = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { verdict: "unknown", summary, anomalies: [] };
  }
}
