import type { NodeName } from "../cluster/env/env.ts";
import type { Effect } from "./fault.ts";
import { majoritySize } from "./grudge.ts";
import type { FaultRecord } from "./record.ts";

/**
 * What the faults of one run add up to, and whether Raft must survive it (nemesis/README.md argues
 * the limits). Pure.
 *
 * Nodes that stop, links that are cut and clocks that lie have no limit: they cost liveness only
 * while they last. What has one is data: a node that has lost what it promised (an acknowledged
 * entry, a vote) must never take part again, and no more than a minority may be lost so. A node that
 * is no voter for a while counts with these: fewer voters than a majority of all are never left.
 */

/** What is left of an effect once it has been healed, null when nothing is. */
export function lastingOf({ retired = [], forgets = [] }: Effect): Effect | null {
  if (retired.length === 0 && forgets.length === 0) return null;
  return { retired, forgets };
}

/**
 * Why one more instance would take the cluster beyond what Raft must survive, in a few words; null
 * when it does not. `effects`: of all instances that are active, and what lasts of the others.
 */
export function whyBeyond(
  voters: readonly NodeName[],
  effects: readonly Effect[],
  next: Effect,
): string | null {
  const retired = retiredBy(effects);
  const away = awayBy(effects);
  const forgetful = next.forgets ?? [];
  if (forgetful.length > 0) return `${list(forgetful)} would come back without what it promised`;
  const returning = (next.down ?? []).filter((node) => retired.has(node));
  if (returning.length > 0) return `${list(returning)} must not start again`;
  const stranded = (next.retired ?? []).filter((node) => away.has(node));
  if (stranded.length > 0) return `${list(stranded)} could not be a voter again`;
  // Nobody is lost who is not lost already.
  if (next.retired === undefined && next.away === undefined) return null;
  const missing = among(voters, [...retired, ...away]);
  const lost = among(voters, [...missing, ...(next.retired ?? []), ...(next.away ?? [])]);
  const lostMax = voters.length - majoritySize(voters.length);
  if (lost.size > missing.size && lost.size > lostMax) {
    const isAway = away.size > 0 || next.away !== undefined;
    const what = isAway ? "be away or lose their data" : "lose their data";
    return `no more than ${lostMax} of ${voters.length} nodes may ${what}`;
  }
  return null;
}

/** What may be asked of a cluster in one run. */
export type Expectations = {
  /** Nothing acknowledged is lost, no two leaders of a term, and so on, before this moment (ns). */
  readonly safeUntilNs: number;
  /** A leader and an acknowledged write within a bound, once everything has been healed. */
  readonly liveness: boolean;
};

/**
 * Whatever was lost knowingly costs liveness only, and that when a majority is gone. From the moment
 * a node forgets unknowingly, nothing is promised any more.
 */
export function expectationsOf(
  voters: readonly NodeName[],
  records: readonly Pick<FaultRecord, "injectedAt" | "effect">[],
): Expectations {
  const injected = records.filter(({ injectedAt }) => injectedAt !== null);
  const forgotten = injected.filter(({ effect }) => (effect.forgets ?? []).length > 0);
  const safeUntilNs = Math.min(
    Number.POSITIVE_INFINITY,
    ...forgotten.map(({ injectedAt }) => injectedAt ?? 0),
  );
  const retired = among(voters, [...retiredBy(injected.map(({ effect }) => effect))]);
  const isMajorityLeft = voters.length - retired.size >= majoritySize(voters.length);
  return { safeUntilNs, liveness: forgotten.length === 0 && isMajorityLeft };
}

/** A node that does not vote costs nobody a majority. */
function among(voters: readonly NodeName[], some: readonly NodeName[]): Set<NodeName> {
  return new Set(some.filter((node) => voters.includes(node)));
}

function retiredBy(effects: readonly Effect[]): Set<NodeName> {
  const nodes = new Set<NodeName>();
  for (const { retired } of effects) for (const node of retired ?? []) nodes.add(node);
  return nodes;
}

function awayBy(effects: readonly Effect[]): Set<NodeName> {
  const nodes = new Set<NodeName>();
  for (const { away } of effects) for (const node of away ?? []) nodes.add(node);
  return nodes;
}

function list(nodes: readonly NodeName[]): string {
  return nodes.join(" and ");
}
