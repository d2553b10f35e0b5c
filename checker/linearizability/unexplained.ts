import type { Anomaly, CheckResult } from "../checker.ts";
import type { Operations } from "../operations.ts";
import { plural } from "../plural.ts";

/** What is certain of a partition without an order (`rows`) before anything else is found out. */
export function unexplained(operations: Operations, rows: Int32Array): Anomaly {
  const key = operations.keys[operations.key[rows[0] ?? -1] ?? -1];
  const where = key === undefined ? "" : ` on key ${key}`;
  return {
    kind: "unordered",
    ...(key === undefined ? {} : { key }),
    related: [],
    reason: `no order explains the ${plural(rows.length, "operation")}${where}`,
  };
}

/** A sentence of an explanation, and why there is no more of it. */
export function cutShortText(text: string, why: string): string {
  return `${text}; the explanation was cut short: ${why}`;
}

/** A result that is certain, whose explanation had to end. */
export function cutShort(result: CheckResult, why: string): CheckResult {
  const anomalies = result.anomalies.map((anomaly) => {
    const text = anomaly.reason ?? anomaly.observed;
    return text === undefined ? anomaly : { ...anomaly, reason: cutShortText(text, why) };
  });
  return { ...result, summary: cutShortText(result.summary, why), anomalies };
}
