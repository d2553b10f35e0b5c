import type { Op } from "porcupine-ts";
import type { CheckerResult } from "../reports/result.ts";

/** From when to when a node was at an operation; nanoseconds. */
export type Moment = { readonly node: string; readonly from: number; readonly to: number };

/** The operations that the first anomaly of each check names, as far as a node answered them. */
export function namedMoments(checks: readonly CheckerResult[], ops: readonly Op[]): Moment[] {
  const named = new Set(
    checks.flatMap(({ anomalies: [first] }) =>
      first === undefined
        ? []
        : [
            ...(first.operation === undefined ? [] : [first.operation]),
            ...first.related,
            ...(first.core ?? []).map(({ index }) => index),
          ],
    ),
  );
  if (named.size === 0) return [];
  const called = new Map<Op["process"], number>();
  const moments: Moment[] = [];
  for (const { index, process, type, time, node } of ops) {
    if (type === "invoke") {
      if (named.has(index)) called.set(process, time);
      continue;
    }
    const from = called.get(process);
    if (from === undefined) continue;
    called.delete(process);
    if (node !== undefined) moments.push({ node, from, to: time });
  }
  return moments;
}
