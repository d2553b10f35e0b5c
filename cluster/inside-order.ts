import type { Anomaly, Op } from "porcupine-ts";
import type { CheckerResult } from "../reports/result.ts";
import { invariantsChecker } from "./raft-invariants.ts";

/** What was seen inside the nodes says whether it came before what a client saw. */
export function withOrder(
  check: CheckerResult,
  checks: readonly CheckerResult[],
  ops: readonly Op[],
): CheckerResult {
  const brokenNs = check.anomalies[0]?.time;
  if (check.checker !== invariantsChecker || brokenNs === undefined) return check;
  const [named] = checks
    .flatMap(({ anomalies }) => answersOf(anomalies, ops))
    .sort((one, other) => one.time - other.time);
  // Others may have been told the same before: the checkers name one that no order explains, not the first.
  const order =
    named === undefined
      ? "no client saw anything wrong"
      : `${brokenNs <= named.time ? "before" : "after"} the wrong answer that the checks name ` +
        `(client ${named.process}, ${(named.time / 1e9).toFixed(3)} s)`;
  return { ...check, summary: `${check.summary}; ${order}` };
}

/** The ends of the operations that no order explains. */
function answersOf(anomalies: readonly Anomaly[], ops: readonly Op[]): Op[] {
  return anomalies.flatMap(({ operation }) => {
    const invoked = operation === undefined ? undefined : ops[operation];
    if (invoked === undefined) return [];
    const { process, index } = invoked;
    const end = ops.find((op) => op.index > index && op.process === process);
    return [end ?? invoked];
  });
}
