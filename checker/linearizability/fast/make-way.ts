import type { Operations } from "../../operations.ts";
import type { Blocks } from "./blocks.ts";
import type { Clusters } from "./clusters.ts";

/** How far a block is moved. */
const movesMax = 16;
const rounds = 2;

/**
 * Moves blocks in an order that is free of conflicts, so that the values that refused cas missed are gone
 * in time: a value that was there before the call has to be followed by another one before the return.
 * The order stays free of conflicts; that it explains every refusal is not promised.
 *
 * Where no block may move, a mutation of unknown outcome that nobody saw may have done it: the answer is
 * those, by the cluster that each comes right after. The start times tell whether that can be.
 */
export function makeWay(
  order: Int32Array,
  { call, return: end, input }: Operations,
  clusters: Clusters,
  blocks: Blocks,
): ReadonlyMap<number, number> {
  const { first, last } = blocks;
  const unseen = blocks.unseen();
  const followers = new Map<number, number>();
  const place = new Map<number, number>();
  for (const [at, root] of order.entries()) place.set(root, at);
  const begin = (at: number): number => call[clusters.setter[order[at] ?? 0] ?? 0] ?? Infinity;
  /** Whether a may come after b. */
  const canFollow = (a: number, b: number): boolean => (first[a] ?? 0) > (last[b] ?? 0);

  for (let round = 0; round < rounds; round++) {
    for (const row of clusters.refused) {
      const cluster = clusters.find(input.a[row] ?? 0);
      if (cluster === -1 || !blocks.isLastBefore(cluster, call[row] ?? 0)) continue;
      if (followers.has(cluster)) continue;
      const at = place.get(blocks.rootOf(cluster));
      const until = end[row] ?? 0;
      if (at === undefined || (at + 1 < order.length && begin(at + 1) < until)) continue;
      if (moveBehind(order, at, until) || moveAhead(order, at, until)) {
        const from = Math.max(0, at - movesMax);
        for (let i = from; i <= at + movesMax && i < order.length; i++) place.set(order[i] ?? 0, i);
      } else follow(cluster, until);
    }
  }
  return followers;

  function follow(cluster: number, until: number): void {
    const found = unseen.findIndex((other) => {
      const parent = clusters.parent[other] ?? -1;
      const setter = clusters.setter[other] ?? 0;
      return (parent === -1 || parent === cluster) && (call[setter] ?? 0) < until;
    });
    if (found === -1) return;
    followers.set(cluster, unseen[found] ?? 0);
    unseen.splice(found, 1);
  }

  /** Takes one of the blocks before to the place behind. */
  function moveBehind(list: Int32Array, at: number, until: number): boolean {
    for (let from = at - 1; from >= 0 && from >= at - movesMax; from--) {
      const moved = list[from] ?? 0;
      if (moved === 0 || begin(from) > until) continue;
      if (!list.subarray(from + 1, at + 1).every((root) => canFollow(moved, root))) continue;
      list.copyWithin(from, from + 1, at + 1);
      list[at] = moved;
      return true;
    }
    return false;
  }

  /** Takes one of the blocks to come to the place behind. */
  function moveAhead(list: Int32Array, at: number, until: number): boolean {
    for (let from = at + 2; from < list.length && from <= at + movesMax; from++) {
      const moved = list[from] ?? 0;
      if (begin(from) > until) continue;
      if (!list.subarray(at + 1, from).every((root) => canFollow(root, moved))) continue;
      list.copyWithin(at + 2, at + 1, from);
      list[at + 1] = moved;
      return true;
    }
    return false;
  }
}
