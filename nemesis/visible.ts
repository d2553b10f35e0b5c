import type { Link } from "../cluster/control.ts";
import type { NodeName } from "../cluster/env/env.ts";
import type { Effect, Instance } from "./fault.ts";
import { linkKey } from "./grudge.ts";

const none: readonly NodeName[] = [];

/** How much of an instance a look can see while others are active (pure). */

/** Nodes that these instances stopped, or may have stopped. */
export function stoppedBy(instances: readonly Instance[]): ReadonlySet<NodeName> {
  const stopped = new Set<NodeName>();
  for (const { effect } of instances) {
    for (const node of effect.down ?? none) stopped.add(node);
    for (const node of effect.paused ?? none) stopped.add(node);
  }
  return stopped;
}

/** The instance without the nodes that others stopped and the links that others cut. */
export function visiblePart(instance: Instance, others: readonly Instance[]): Instance {
  if (others.length === 0) return instance;
  const still = stoppedBy(others);
  const { targets, effect } = instance;
  const left = still.size === 0 ? targets : targets.filter((node) => !still.has(node));
  if (effect.cut === undefined) return { ...instance, targets: left };
  const cut = new Set(others.flatMap((other) => (other.effect.cut ?? []).map(linkKey)));
  const seen = effect.cut.filter((link) => !cut.has(linkKey(link)));
  return { ...instance, targets: left, effect: { ...effect, cut: seen } };
}

/** Whether another one keeps a look from seeing all that is left of this one. */
export function isHidden(instance: Instance, others: readonly Instance[]): boolean {
  const still = stoppedBy(others);
  return nodesOf(instance).some((node) => still.has(node));
}

/** Whether it breaks something: an order leaves everything at work. */
export function disturbs({ effect }: Instance): boolean {
  return effect.away === undefined && effect.leads === undefined;
}

function nodesOf({ targets, effect }: Instance): NodeName[] {
  return [...targets, ...(effect.cut ?? []).flatMap(({ from, to }) => [from, to])];
}

/** The instance without nodes that never come back and their links; null when nothing is left. */
export function withoutGone(instance: Instance, gone: ReadonlySet<NodeName>): Instance | null {
  if (gone.size === 0) return instance;
  const isThere = (node: NodeName): boolean => !gone.has(node);
  const areThere = ({ from, to }: Link): boolean => isThere(from) && isThere(to);
  const { down, paused, disks, away, cut, slow, lossy, reset, skewed, ...rest } = instance.effect;
  const effect: Effect = {
    ...rest,
    ...(down !== undefined && { down: down.filter(isThere) }),
    ...(paused !== undefined && { paused: paused.filter(isThere) }),
    ...(disks !== undefined && { disks: disks.filter(isThere) }),
    ...(away !== undefined && { away: away.filter(isThere) }),
    ...(cut !== undefined && { cut: cut.filter(areThere) }),
    ...(slow !== undefined && { slow: slow.filter(areThere) }),
    ...(lossy !== undefined && { lossy: lossy.filter(areThere) }),
    ...(reset !== undefined && { reset: reset.filter(areThere) }),
    ...(skewed !== undefined && { skewed: skewed.filter(({ node }) => isThere(node)) }),
  };
  const targets = instance.targets.filter(isThere);
  const links = [effect.cut, effect.slow, effect.lossy, effect.reset];
  const kept = links.filter((some) => some !== undefined);
  // A fault of links looks at links, whoever its targets are; any other one at its targets.
  const isEmpty = kept.length > 0 ? kept.every((some) => some.length === 0) : targets.length === 0;
  return isEmpty ? null : { ...instance, targets, effect };
}
