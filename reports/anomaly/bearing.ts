import type { PairedOperation } from "../operations.ts";
import { endOf } from "./facts.ts";
import type { InsideAnomaly, NearViolation } from "./inside.ts";
import type { Serving } from "./serving.ts";

/** An operation with what the node was that answered it. */
export type Served = {
  readonly operation: PairedOperation | null;
  readonly serving: Serving | null;
};

/**
 * Of what broke inside, what bears on an anomaly that clients saw: an election of the very term in which a
 * node answered one of its operations, what its coming into that role broke, or what that node did with
 * entries while it was at it; the earliest, and of one moment an election. Else the first of the run, which
 * need not have to do with it.
 */
export function bearingOn(first: InsideAnomaly, served: readonly Served[]): InsideAnomaly {
  const ends = served.flatMap(({ operation }) => (operation === null ? [] : [endOf(operation)]));
  const until = Math.max(...ends);
  const found = (first.near ?? [])
    .filter((violation) => (violation.time ?? 0) <= until)
    .filter((violation) => served.some((one) => isOf(violation, one)))
    .sort((a, b) => (a.time ?? 0) - (b.time ?? 0) || rankOf(a) - rankOf(b));
  const [best] = found;
  if (best === undefined) return first;
  return {
    ...best,
    isOne: true,
    ...(first.violations === undefined ? {} : { violations: first.violations }),
  };
}

function isOf(
  { term, index, nodes = [], time = 0 }: NearViolation,
  { operation, serving }: Served,
): boolean {
  if (operation === null || operation.node === null || nodes[0] !== operation.node) return false;
  if (index === undefined) return term !== undefined && serving?.term === term;
  if (serving?.since === time) return true;
  return time >= operation.call && time <= endOf(operation);
}

/** Who may lead comes before what a leader may do. */
function rankOf({ index, nodes = [] }: NearViolation): number {
  return (index === undefined ? 0 : 10) + nodes.length;
}
