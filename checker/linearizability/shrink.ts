import { never } from "../operations.ts";
import type { Probe } from "./probe.ts";

export function returnOf(probe: Probe, place: number): number {
  return probe.relaxation.operations.return[place] ?? never;
}

export function lastReturn(probe: Probe, places: readonly number[]): number {
  return places.reduce((last, place) => Math.max(last, returnOf(probe, place)), -1);
}

/** A minimal core within a prefix or a hint: the last one to return is in it, or stays if nothing is proven. */
export function shrink(probe: Probe, start: readonly number[]): number[] {
  const end = lastReturn(probe, start);
  const byDistance = [...start].sort((a, b) => returnOf(probe, b) - returnOf(probe, a));
  const found = explain(probe, [], false, byDistance).sort((a, b) => a - b);
  const isFound = found.length > 0 && probe.ask(found).isInvalid;
  if (isFound && lastReturn(probe, found) <= end) return found;
  // It was cut short: the least that is known to have no order, up to the same return.
  const least = probe.smallest;
  const isLess = least !== null && least.length < start.length && lastReturn(probe, least) <= end;
  return isLess ? [...least].sort((a, b) => a - b) : [...start];
}

/**
 * QuickXplain: which of `left` are needed for a contradiction with `kept`. First ones are preferred; all of
 * them, once nothing more is found out.
 */
export function explain(
  probe: Probe,
  kept: readonly number[],
  hasGrown: boolean,
  left: readonly number[],
): number[] {
  if (hasGrown && probe.ask(kept).isInvalid) return [];
  // Naming what is asked costs as much as it is: a large core would take minutes beyond the end.
  if (left.length <= 1 || probe.isSpent) return [...left];
  const middle = left.length >> 1;
  const near = left.slice(0, middle);
  const far = left.slice(middle);
  const ofFar = explain(probe, [...kept, ...near], true, far);
  const ofNear = explain(probe, [...kept, ...ofFar], ofFar.length > 0, near);
  return [...ofNear, ...ofFar];
}
