import type { Anomaly } from "porcupine-ts";
import type { CheckerResult } from "../reports/result.ts";
import { type Invariants, invariants as promises, type Violation } from "./raft/invariants.ts";

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
  }: {
    /** Why the traces do not show everything, or null. */
    readonly problem: string | null;
    readonly notes: readonly string[];
    readonly tookMs: number;
  },
): CheckerResult {
  const violations = invariants.violations();
  const [first] = violations;
  const stats = {
    records: invariants.observedCount(),
    violations: invariants.violationCount(),
    ...(notes.length === 0 ? {} : { notes }),
    ...(first === undefined ? {} : { context: first.context.slice(-contextMax) }),
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
