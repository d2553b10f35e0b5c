import type { Moment } from "./named-moments.ts";
import type { Violation } from "./raft/invariants.ts";

/** Together, over all promises and moments. */
const violationsMax = 40;

/**
 * Of each promise what bears on operations that clients were told something wrong by: of the node that
 * answered, the latest violation until it did; and the latest of any node while it was at it. In order of
 * time, each once; the latest where there are too many.
 */
export function violationsNear(
  violations: readonly Violation[],
  moments: readonly Moment[],
): Violation[] {
  const latest = new Map<string, Violation>();
  for (const violation of violations) {
    const { invariant, timeNs, nodes } = violation;
    for (const [place, { node, from, to }] of moments.entries()) {
      if (timeNs > to) continue;
      if (nodes[0] === node) latest.set(`${invariant} ${place} own`, violation);
      if (timeNs >= from) latest.set(`${invariant} ${place} any`, violation);
    }
  }
  return [...new Set(latest.values())].sort((a, b) => a.timeNs - b.timeNs).slice(-violationsMax);
}
