import { type CheckResult, checkers, type Op } from "porcupine-ts";
import type { CheckerResult } from "../../reports/result.ts";
import type { CheckSpec, Workload } from "../../workloads/workload.ts";
import { type Judged, judge } from "../judge.ts";
import { invariants, type Violation } from "../raft/invariants.ts";
import type { Simulated } from "./run.ts";

/** Counted in steps, never in time: a verdict must be the same on every machine. */
const budget = { stepsMax: 20_000_000, configurationsMax: 4_000_000, shouldStop: () => false };

/** Every verdict on a simulated run: the workload's checks, Raft's promises, nodes that gave up. */
export function checkSimulated(workload: Workload, simulated: Simulated): CheckerResult[] {
  const { load, unhealthy, violations, exits } = simulated;
  const checks =
    unhealthy === null
      ? workload.check.map((spec) => checkNow(spec, load.ops))
      : [finding("liveness", unhealthy)];
  const broken = violations.map((violation) => describeViolation(violation, checks, load.ops));
  const ended = exits.map(({ node, reason }) => `${node} ended by itself: ${firstLine(reason)}`);
  return [
    ...checks,
    ...(broken.length === 0 ? [] : [finding("invariants", broken.join(" "))]),
    ...(ended.length === 0 ? [] : [finding("exits", ended.join("; "))]),
  ];
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

function describeViolation(
  violation: Violation,
  checks: readonly CheckerResult[],
  ops: readonly Op[],
): string {
  const { invariant, sentence, timeNs } = violation;
  const at = `${(timeNs / 1e9).toFixed(3)} s`;
  const seenNs = checks.flatMap((check) => anomalyTimes(check, ops)).sort((a, b) => a - b)[0];
  const order =
    seenNs === undefined
      ? "no client saw it"
      : `${timeNs <= seenNs ? "before" : "after"} a client saw something wrong at ${(seenNs / 1e9).toFixed(3)} s`;
  return `${sentence} (${invariant}: ${invariants[invariant]}; at ${at}, ${order}.)`;
}

/** When the operations ended that no order explains. */
function anomalyTimes({ anomalies }: CheckerResult, ops: readonly Op[]): number[] {
  return anomalies.flatMap(({ operation }) => {
    const invoked = operation === undefined ? undefined : ops[operation];
    const ended = ops.find(
      ({ index, process }) =>
        invoked !== undefined && process === invoked.process && index > invoked.index,
    );
    const at = ended ?? invoked;
    return at === undefined ? [] : [at.time];
  });
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
