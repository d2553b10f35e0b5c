import type { NodeName } from "../cluster/env/env.ts";
import type { Effect } from "./fault.ts";
import { majoritySize } from "./grudge.ts";

/**
 * Whether more than half of the voters are voters still, up and unpaused, every two of them connected
 * both ways, while all these effects are active together (DESIGN 9).
 *
 * Looks for a clique by trying, sets of voters being the bits of a number: fine for the handful of
 * nodes a cluster has (31 at most).
 */
export function hasConnectedMajority(
  voters: readonly NodeName[],
  effects: readonly Effect[],
): boolean {
  const needed = majoritySize(voters.length);
  let alive = 0;
  let aliveCount = 0;
  for (let at = 0; at < voters.length; at++) {
    if (isMissing(voters[at] as NodeName, effects)) continue;
    alive |= 1 << at;
    aliveCount += 1;
  }
  if (aliveCount < needed) return false;
  const unconnected = unconnectedOf(voters, effects);
  return unconnected === null || canGrow(needed, alive, unconnected);
}

/** By voter: whom it cannot talk with, or not both ways; null when nothing is cut. */
function unconnectedOf(voters: readonly NodeName[], effects: readonly Effect[]): number[] | null {
  let unconnected: number[] | null = null;
  for (const { cut } of effects) {
    if (cut === undefined || cut.length === 0) continue;
    unconnected ??= voters.map(() => 0);
    for (const { from, to } of cut) {
      const [one, other] = [voters.indexOf(from), voters.indexOf(to)];
      if (one < 0 || other < 0) continue;
      unconnected[one] = (unconnected[one] ?? 0) | (1 << other);
      unconnected[other] = (unconnected[other] ?? 0) | (1 << one);
    }
  }
  return unconnected;
}

/** Whether so many of the candidates are all connected. */
function canGrow(size: number, candidates: number, unconnected: readonly number[]): boolean {
  if (size === 0) return true;
  let left = candidates;
  for (let at = 0; left !== 0; at++) {
    if ((left & (1 << at)) === 0) continue;
    left &= ~(1 << at);
    if (canGrow(size - 1, left & ~(unconnected[at] ?? 0), unconnected)) return true;
  }
  return false;
}

function isMissing(node: NodeName, effects: readonly Effect[]): boolean {
  for (const { down, paused, retired, away } of effects) {
    const isGone =
      down?.includes(node) === true ||
      paused?.includes(node) === true ||
      retired?.includes(node) === true ||
      away?.includes(node) === true;
    if (isGone) return true;
  }
  return false;
}
