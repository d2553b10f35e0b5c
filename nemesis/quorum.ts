import type { NodeName } from "../cluster/env/env.ts";
import type { Effect } from "./fault.ts";
import { linkKey, majoritySize } from "./grudge.ts";

/**
 * Whether more than half of the voters are voters still, up and unpaused, every two of them connected
 * both ways, while all these effects are active together (DESIGN 9).
 *
 * Looks for a clique by trying: fine for the handful of nodes a cluster has.
 */
export function hasConnectedMajority(
  voters: readonly NodeName[],
  effects: readonly Effect[],
): boolean {
  const still = new Set<NodeName>();
  const cut = new Set<string>();
  for (const effect of effects) {
    for (const stopped of [effect.down, effect.paused, effect.retired, effect.away]) {
      if (stopped !== undefined) for (const node of stopped) still.add(node);
    }
    if (effect.cut !== undefined) for (const link of effect.cut) cut.add(linkKey(link));
  }
  const alive = voters.filter((node) => !still.has(node));
  const needed = majoritySize(voters.length);
  if (alive.length < needed || cut.size === 0) return alive.length >= needed;
  const areConnected = (one: NodeName, other: NodeName): boolean =>
    !cut.has(linkKey({ from: one, to: other })) && !cut.has(linkKey({ from: other, to: one }));

  function canGrow(size: number, candidates: readonly NodeName[]): boolean {
    if (size === 0) return true;
    if (candidates.length < size) return false;
    return candidates.some((node, at) =>
      canGrow(
        size - 1,
        candidates.slice(at + 1).filter((other) => areConnected(node, other)),
      ),
    );
  }
  return canGrow(needed, alive);
}
