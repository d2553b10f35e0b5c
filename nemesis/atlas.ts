import type { NodeName } from "../cluster/env/env.ts";
import type { Effect } from "./fault.ts";
import { majoritySize } from "./grudge.ts";

/**
 * What the faults of one run add up to, and whether Raft must survive it (nemesis/README.md argues
 * the limits). Pure.
 *
 * Nodes that stop, links that are cut and clocks that lie have no limit: they cost liveness only
 * while they last. What has one is data: a node that has lost what it promised (an acknowledged
 * entry, a vote) must never take part again, and no more than a minority may be lost so.
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
  nodes: readonly NodeName[],
  effects: readonly Effect[],
  next: Effect,
): string | null {
  const retired = namesOf(effects, "retired");
  const forgetful = next.forgets ?? [];
  if (forgetful.length > 0) return `${list(forgetful)} would come back without what it promised`;
  const returning = (next.down ?? []).filter((node) => retired.has(node));
  if (returning.length > 0) return `${list(returning)} must not start again`;
  const lost = new Set([...retired, ...(next.retired ?? [])]);
  const lostMax = nodes.length - majoritySize(nodes.length);
  if (lost.size > retired.size && lost.size > lostMax) {
    return `no more than ${lostMax} of ${nodes.length} nodes may lose their data`;
  }
  return null;
}

/** What may be asked of a cluster after all that was done to it. */
export type Expectations = {
  /** Nothing acknowledged is lost, no two leaders of a term, and so on. */
  readonly safety: boolean;
  /** A leader and an acknowledged write within a bound, once everything has been healed. */
  readonly liveness: boolean;
};

/** `effects`: of every instance that was injected in the run. */
export function expectationsOf(
  nodes: readonly NodeName[],
  effects: readonly Effect[],
): Expectations {
  const left = nodes.length - namesOf(effects, "retired").size;
  const safety = namesOf(effects, "forgets").size === 0;
  return { safety, liveness: safety && left >= majoritySize(nodes.length) };
}

function namesOf(effects: readonly Effect[], key: "retired" | "forgets"): Set<NodeName> {
  return new Set(effects.flatMap((effect) => effect[key] ?? []));
}

function list(nodes: readonly NodeName[]): string {
  return nodes.join(" and ");
}
