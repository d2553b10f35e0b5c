import type { Operation } from "../model.ts";
import { at, isBefore, isDone, orderOf, pairsInTime } from "./wording.ts";

/** Sums that are looked at: above that nothing is told. */
const sumsMax = 20_000;

/** Why a core of adds and reads of a counter has no order; `undefined` where it is of no kind known here. */
export function reasonOfCounter(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  const indexes = new Set(core.map(({ index }) => index));
  const others = relaxed.filter(({ f, index }) => f === "add" && !indexes.has(index));
  const amountsUntil = (end: number): number[] =>
    others.filter(({ call }) => call < end).map(amountOf);
  for (const read of core) {
    const reason = reasonOfSum(read, core, amountsUntil(read.return));
    if (reason !== undefined) return reason;
  }
  for (const [first, second] of pairsInTime(core)) {
    const [before, after] = [valueSeen(first), valueSeen(second)];
    if (before === undefined || after === undefined) continue;
    const own = core.filter(({ f, outcome }) => f === "add" && outcome !== "refused").map(amountOf);
    const sums = sumsOf([...own, ...amountsUntil(second.return)]);
    if (sums === null || sums.has(after - before)) continue;
    return (
      `${at(second)} saw ${after}, but ${before} had been read at index ${first.index} before ` +
      `(${orderOf(first, second)}), and no choice of the adds called by then makes the difference of ${after - before}`
    );
  }
  return undefined;
}

function amountOf({ input }: Operation): number {
  return Number(input ?? 0);
}

function valueSeen({ f, outcome, error, output }: Operation): number | undefined {
  if (f !== "read") return undefined;
  if (outcome === "refused") return error === "ErrNoKey" ? 0 : undefined;
  return outcome === "ok" ? Number(output ?? 0) : undefined;
}

/** A read whose value is not what the adds acknowledged before it and some of the others make. */
function reasonOfSum(
  read: Operation,
  core: readonly Operation[],
  others: readonly number[],
): string | undefined {
  const seen = valueSeen(read);
  if (seen === undefined) return undefined;
  const adds = core.filter(({ f, outcome }) => f === "add" && outcome !== "refused");
  const certain = adds.filter((add) => isDone(add) && isBefore(add, read));
  const possible = adds.filter((add) => !certain.includes(add) && add.call < read.return);
  const base = certain.reduce((sum, add) => sum + amountOf(add), 0);
  const sums = sumsOf([...others, ...possible.map(amountOf)]);
  if (sums === null || sums.has(seen - base)) return undefined;
  if (certain.length === 0) {
    return `${at(read)} saw ${seen}, but no choice of the adds called by then has that sum`;
  }
  const acknowledged =
    certain.length === 1
      ? `${base} had been acknowledged before it (${at(certain[0] as Operation)})`
      : `${certain.length} adds with the sum ${base} had been acknowledged before it (the last one ` +
        `at index ${Math.max(...certain.map(({ index }) => index))})`;
  return `${at(read)} saw ${seen}, but ${acknowledged}, and no choice of the other adds called by then makes up for that`;
}

/** All sums of some of the amounts; null for too many. */
function sumsOf(amounts: readonly number[]): ReadonlySet<number> | null {
  const sums = new Set([0]);
  for (const amount of amounts) {
    for (const sum of [...sums]) sums.add(sum + amount);
    if (sums.size > sumsMax) return null;
  }
  return sums;
}
