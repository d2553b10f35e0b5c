import type { Anomaly } from "porcupine-ts";
import type { CheckerResult } from "../reports/result.ts";
import type { Moment } from "./named-moments.ts";
import { type Invariants, invariants as promises, type Violation } from "./raft/invariants.ts";
import { violationsNear } from "./violations-near.ts";

/** As it stands in `result.json`. */
export const invariantsChecker = "raft-invariants";

const anomaliesMax = 10;

/** What was observed, as one more check of the run. */
export function invariantsResult(
  invariants: Invariants,
  {
    problem,
    notes,
    tookMs,
    moments = [],
  }: {
    /** Why the traces do not show everything, or null. */
    readonly problem: string | null;
    readonly notes: readonly string[];
    readonly tookMs: number;
    /** When the operations were answered that other checks name. */
    readonly moments?: readonly Moment[];
  },
): CheckerResult {
  const violations = invariants.violations();
  const [first] = violations;
  const near = violationsNear(invariants.sample(), moments).map(nearOf);
  const stats = {
    records: invariants.observedCount(),
    violations: invariants.violationCount(),
    ...(notes.length === 0 ? {} : { notes }),
    ...(first === undefined ? {} : { context: first.context.slice(-contextMax) }),
    ...(near.length === 0 ? {} : { near }),
  };
  const common = { checker: invariantsChecker, stats, tookMs };
  if (first !== undefined) {
    const anomalies = violations.slice(0, anomaliesMax).map(anomalyOf);
    return { ...common, verdict: "invalid", summary: summaryOf(invariants, first), anomalies };
  }
  if (problem !== null || invariants.observedCount() === 0) {
    const summary = `not all of the traces is there (${problem ?? "they are empty"})`;
    return { ...common, verdict: "unknown", summary, anomalies: [] };
  }
  const count = invariants.observedCount();
  const summary = `no promise of Raft is broken in ${count} trace records`;
  return { ...common, verdict: "valid", summary, anomalies: [] };
}

const contextMax = 20;

function summaryOf(invariants: Invariants, { invariant, sentence, timeNs }: Violation): string {
  const count = invariants.violationCount();
  const more = count === 1 ? "" : ` (the first of ${count} violations)`;
  const at = (timeNs / 1e9).toFixed(3);
  return `${invariant}: ${sentence.replace(/\.$/, "")}, at ${at} s${more}`;
}

/** As an anomaly, with the record that shows it. */
function nearOf(violation: Violation): Readonly<Record<string, unknown>> {
  const { invariant, term, index, context } = violation;
  const { time, nodes, expected, observed } = anomalyOf(violation);
  const place = {
    ...(term === undefined ? {} : { term }),
    ...(index === undefined ? {} : { index }),
  };
  return { invariant, time, nodes, ...place, expected, observed, record: context.at(-1) };
}

function anomalyOf({ invariant, sentence, timeNs, nodes }: Violation): Anomaly {
  return {
    kind: "broken-invariant",
    related: [],
    time: timeNs,
    nodes,
    expected: `${invariant}: ${promises[invariant]}`,
    observed: sentence,
  };
}
