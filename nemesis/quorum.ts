import type { Link } from "../cluster/control.ts";
import type { NodeName } from "../cluster/env/env.ts";
import type { Effect } from "./fault.ts";
import { majoritySize } from "./grudge.ts";

const none: readonly Link[] = [];

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
  const alive = voters.filter((node) => !effects.some((effect) => isMissing(node, effect)));
  const needed = majoritySize(voters.length);
  const cut = effects.flatMap((effect) => effect.cut ?? none);
  if (alive.length < needed || cut.length === 0) return alive.length >= needed;
  const areConnected = (one: NodeName, other: NodeName): boolean =>
    !cut.some(({ from, to }) => (from === one && to === other) || (from === other && to === one));

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

function isMissing(node: NodeName, { down, paused, retired, away }: Effect): boolean {
  return (
    down?.includes(node) === true ||
    paused?.includes(node) === true ||
    retired?.includes(node) === true ||
    away?.includes(node) === true
  );
}
