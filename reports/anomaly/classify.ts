import type { Anomaly } from "porcupine-ts";
import type { CheckerResult } from "../result.ts";
import { type AnomalyClass, classOfKind } from "./classes.ts";
import { explainAnomaly } from "./explain.ts";
import type { Lookup } from "./facts.ts";
import { withLoss } from "./lost.ts";
import type { Traces } from "./serving.ts";

/** The checks of a run with the class of the first anomaly of each, from the operations and the nodes' roles. */
export function classified(
  checks: readonly CheckerResult[],
  lookup: Lookup,
  traces: Traces = {},
): CheckerResult[] {
  return checks.map((check) => {
    const anomaly = leadingAnomaly(check);
    return anomaly === null
      ? check
      : { ...check, class: withLoss(explainAnomaly(check, anomaly, lookup), lookup, traces).class };
  });
}

/**
 * What a check found, in one word; null when it found nothing. A result of an earlier version has no
 * class: then it is what the checker says by itself.
 */
export function classOf(check: CheckerResult): AnomalyClass | null {
  const anomaly = leadingAnomaly(check);
  return anomaly === null ? null : (check.class ?? classOfKind(anomaly.kind));
}

/** What follows a first anomaly is mostly its consequence. */
export function leadingAnomaly({ verdict, anomalies }: CheckerResult): Anomaly | null {
  return verdict === "invalid" ? (anomalies[0] ?? null) : null;
}
