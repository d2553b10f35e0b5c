import { canonicalJson } from "../json.ts";
import type { Operation } from "../model.ts";
import { plural, times } from "../plural.ts";
import { reasonOfPlaces } from "./list-places.ts";
import { countsOf, seenBy } from "./lists.ts";
import { at, isDone, orderOf, pairs, pairsInTime, whom } from "./wording.ts";

/** Why a core of appends and reads has no order; `undefined` where it is of no kind known here. */
export function reasonOfList(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  for (const [first, second] of pairsInTime(core)) {
    const reason = reasonOfShort(first, second, relaxed);
    if (reason !== undefined) return reason;
  }
  for (const [first, second] of pairs(core)) {
    const reason = reasonOfFork(first, second);
    if (reason !== undefined) return reason;
  }
  const placed = reasonOfPlaces(core, relaxed);
  if (placed !== undefined) return placed;
  const [only] = core;
  return core.length === 1 && only !== undefined ? reasonOfOne(only, relaxed) : undefined;
}

/** A read that lacks what was acknowledged or read before. */
function reasonOfShort(
  first: Operation,
  second: Operation,
  relaxed: readonly Operation[],
): string | undefined {
  const seen = seenBy(second);
  if (seen === undefined) return undefined;
  const earlier = seenBy(first);
  if (earlier !== undefined) {
    if (earlier.length <= seen.length) return undefined;
    return (
      `${at(second)} saw ${plural(seen.length, "element")}, but ${earlier.length} had been read by ${whom(first)} ` +
      `before it was called (${orderOf(first, second)})`
    );
  }
  if (first.f !== "append" || !isDone(first)) return undefined;
  const element = canonicalJson(first.input);
  if (seen.includes(element)) return undefined;
  const twins = relaxed.filter(
    ({ f, input }) => f === "append" && canonicalJson(input) === element,
  );
  const which = twins.length === 1 ? "" : " (one of several such appends)";
  return (
    `${at(second)} did not see ${element}, but its append${which} had been acknowledged to ${whom(first)} ` +
    `before the read was called (${orderOf(first, second)})`
  );
}

/** Two reads of which neither goes on where the other ends. */
function reasonOfFork(first: Operation, second: Operation): string | undefined {
  const [one, other] = [seenBy(first), seenBy(second)];
  if (one === undefined || other === undefined) return undefined;
  const place = one.findIndex((element, i) => i < other.length && element !== other[i]);
  if (place === -1) return undefined;
  return (
    `a list only grows at its end, but element ${place + 1} is ${one[place]} for ${at(first)} ` +
    `and ${other[place]} for ${at(second)}`
  );
}

function reasonOfOne(only: Operation, relaxed: readonly Operation[]): string | undefined {
  const seen = seenBy(only);
  if (seen === undefined) return undefined;
  const appends = countsOf(
    relaxed
      .filter(({ f, call }) => f === "append" && call < only.return)
      .map(({ input }) => canonicalJson(input)),
  );
  const counts = countsOf(seen);
  const excess = seen.find((element) => (counts.get(element) ?? 0) > (appends.get(element) ?? 0));
  if (excess === undefined) return undefined;
  const known = appends.get(excess) ?? 0;
  if (known === 0)
    return `${at(only)} saw ${excess}, but nobody had called an append of it by then`;
  return (
    `${at(only)} saw ${excess} ${counts.get(excess)} times, but it had been appended ` +
    `${times(known)} at most`
  );
}
