import type { Link } from "../cluster/control.ts";
import type { NodeName } from "../cluster/env/env.ts";
import type { Effect, Instance } from "./fault.ts";

/** How much of an instance a look can see while others are active (pure). */

/** The instance without the nodes that others stopped and the links that others cut; itself if none is. */
export function visiblePart(instance: Instance, others: readonly Instance[]): Instance {
  const { targets, effect } = instance;
  const isSeen = (node: NodeName): boolean => !isStopped(node, others);
  const areSeen = (link: Link): boolean => !isCut(link, others);
  const { cut = [] } = effect;
  if (targets.every(isSeen) && cut.every(areSeen)) return instance;
  const left = { ...instance, targets: targets.filter(isSeen) };
  return cut.length === 0 ? left : { ...left, effect: { ...effect, cut: cut.filter(areSeen) } };
}

/** Whether another one keeps a look from seeing all that is left of this one. */
export function isHidden({ targets, effect }: Instance, others: readonly Instance[]): boolean {
  const isStill = (node: NodeName): boolean => isStopped(node, others);
  const { cut = [] } = effect;
  return targets.some(isStill) || cut.some(({ from, to }) => isStill(from) || isStill(to));
}

/** Stopped by one of these, or perhaps. */
function isStopped(node: NodeName, instances: readonly Instance[]): boolean {
  return instances.some(
    ({ effect }) => effect.down?.includes(node) === true || effect.paused?.includes(node) === true,
  );
}

function isCut({ from, to }: Link, instances: readonly Instance[]): boolean {
  return instances.some(
    ({ effect }) => effect.cut?.some((link) => link.from === from && link.to === to) === true,
  );
}

/** Whether it breaks something: an order leaves everything at work. */
export function disturbs({ effect }: Instance): boolean {
  return effect.away === undefined && effect.leads === undefined;
}

/** The instance without nodes that never come back and their links; null when nothing is left. */
export function withoutGone(instance: Instance, gone: ReadonlySet<NodeName>): Instance | null {
  if (gone.size === 0 || !touches(instance, gone)) return instance;
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

function touches({ targets, effect }: Instance, gone: ReadonlySet<NodeName>): boolean {
  const isGone = (node: NodeName): boolean => gone.has(node);
  const areGone = ({ from, to }: Link): boolean => isGone(from) || isGone(to);
  const { down, paused, disks, away, cut, slow, lossy, reset, skewed } = effect;
  return (
    [targets, down, paused, disks, away].some((nodes) => nodes?.some(isGone) === true) ||
    [cut, slow, lossy, reset].some((links) => links?.some(areGone) === true) ||
    skewed?.some(({ node }) => isGone(node)) === true
  );
}
