import type { NodeName } from "../../env/env.ts";
import type { Traced } from "../../env/testing/fake-env.ts";
import { createInvariants } from "../invariants.ts";

/** The first violation in a trace of a cluster that has all been up once, or null. */
export function findViolation(trace: readonly Traced[]): string | null {
  const invariants = createInvariants([...new Set(trace.map(({ node }) => node))]);
  const incs = new Map<NodeName, number>();
  for (const record of trace) {
    const { node, kind, mono } = record;
    if (kind === "start") incs.set(node, (incs.get(node) ?? 0) + 1);
    invariants.observe(node, incs.get(node) ?? 0, record, mono);
    const [violation] = invariants.violations();
    if (violation !== undefined) return `${violation.invariant}: ${violation.sentence}`;
  }
  return null;
}
