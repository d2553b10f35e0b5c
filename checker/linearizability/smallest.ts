import { operationAt } from "../operations.ts";
import { Timeline } from "./fulfilled.ts";
import type { Probe } from "./probe.ts";

/**
 * The smallest core among the places of `universe`, if it is smaller than `core`; null when there is none
 * or `isSpent` came first.
 *
 * By hitting sets: the complement of a set that has an order must be hit by every core. The smallest set
 * that hits all the complements seen so far either is a core, and then none is smaller, or has an
 * order, which is grown and gives another complement.
 */
export function smallerCore(
  probe: Probe,
  universe: readonly number[],
  core: readonly number[],
  isSpent: () => boolean,
): number[] | null {
  const complements: number[][] = [];
  // Nearest to the end first: of equally small cores that is the one to read.
  const nearest = [...universe].reverse();
  for (let size = 1; size < core.length && !isSpent(); ) {
    const hitting = hittingSet(complements, size, []);
    if (hitting === "too hard") return null;
    if (hitting === null) {
      size++;
      continue;
    }
    const { isInvalid, order } = probe.ask(hitting);
    if (isInvalid) return hitting.sort((a, b) => a - b);
    if (order === null) return null;
    const unfulfilled = grow(probe, nearest, order(), isSpent);
    complements.push(unfulfilled);
    complements.sort((a, b) => a.length - b.length);
  }
  return null;
}

/** Keeps as many as have an order together; those that are left. */
function grow(
  probe: Probe,
  universe: readonly number[],
  first: Int32Array,
  isSpent: () => boolean,
): number[] {
  let left = unfulfilledBy(probe, universe, first);
  let tried = 0;
  let chunk = left.length >> 1;
  while (tried < left.length && !isSpent()) {
    const isTried = new Set(left.slice(0, tried));
    chunk = Math.max(1, Math.min(chunk, left.length - tried));
    const added = left.slice(tried, tried + chunk);
    const isLeft = new Set(left);
    const kept = [...universe.filter((place) => !isLeft.has(place)), ...added];
    const { order } = probe.ask(kept);
    if (order === null) {
      if (chunk === 1) tried++;
      chunk >>= 1;
      continue;
    }
    const rest = unfulfilledBy(probe, universe, order());
    left = [
      ...rest.filter((place) => isTried.has(place)),
      ...rest.filter((place) => !isTried.has(place)),
    ];
    tried = left.filter((place) => isTried.has(place)).length;
    chunk *= 2;
  }
  return left;
}

function unfulfilledBy(probe: Probe, universe: readonly number[], order: Int32Array): number[] {
  const { model, relaxation } = probe;
  probe.cost += universe.length;
  const timeline = new Timeline(model, relaxation, order);
  return universe.filter((place) => {
    const operation = operationAt(relaxation.operations, place);
    return !timeline.fulfils(operation, place, relaxation.isObserver[place] === 1);
  });
}

const nodesMax = 20_000;

/** At most `size` places that hit every set; null when there are none, "too hard" after many attempts. */
function hittingSet(
  sets: readonly (readonly number[])[],
  size: number,
  chosen: readonly number[],
  attempts: { count: number } = { count: 0 },
): number[] | null | "too hard" {
  const missed = sets.find((set) => !set.some((place) => chosen.includes(place)));
  if (missed === undefined) return [...chosen];
  if (chosen.length === size) return null;
  for (const place of missed) {
    if (attempts.count++ > nodesMax) return "too hard";
    const found = hittingSet(sets, size, [...chosen, place], attempts);
    if (found !== null) return found;
  }
  return null;
}
