import type { Operation } from "../model.ts";
import { at, indexesOf, isBefore, isDone, orderOf, pairs, pairsInTime } from "./wording.ts";

/** Sums that are looked at, over and over: above that nothing is told. */
const worksMax = 2_000_000;

/** Why a core of adds and reads of a counter has no order; `undefined` where it is of no kind known here. */
export function reasonOfCounter(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  const counted = new Counted(core, relaxed);
  for (const read of counted.reads) {
    const reason = reasonOfSum(read, counted);
    if (reason !== undefined) return reason;
  }
  for (const [before, after] of pairsInTime(counted.reads)) {
    const reason = reasonOfRise(before, after, counted);
    if (reason !== undefined) return reason;
  }
  for (const pair of counted.isSteady ? pairs(counted.reads) : []) {
    const [low, high] = [...pair].sort((a, b) => Math.abs(seenBy(a)) - Math.abs(seenBy(b)));
    const reason = low && high && reasonOfShortage(low, high, counted);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** The adds and reads of a core, and the adds besides. */
class Counted {
  readonly reads: readonly Operation[];
  /** Of the core. */
  readonly adds: readonly Operation[];
  readonly #all: readonly Operation[];
  /** No two adds have different signs. */
  readonly isSteady: boolean;
  /** What no add ever does. */
  readonly never: string;

  constructor(core: readonly Operation[], relaxed: readonly Operation[]) {
    const isAdd = ({ f, outcome }: Operation): boolean => f === "add" && outcome !== "refused";
    this.reads = core.filter(
      ({ f, outcome, error }) =>
        f === "read" && (outcome === "ok" || (outcome === "refused" && error === "ErrNoKey")),
    );
    this.adds = core.filter(isAdd);
    const indexes = new Set(this.adds.map(({ index }) => index));
    this.#all = [...this.adds, ...relaxed.filter((one) => isAdd(one) && !indexes.has(one.index))];
    const falls = this.#all.some((add) => amountOf(add) < 0);
    this.isSteady = !falls || this.#all.every((add) => amountOf(add) <= 0);
    this.never = falls ? "no add raises it" : "no add takes anything away";
  }

  /** Amounts of the adds called before a moment, those of the core left out that are given. */
  calledBefore(end: number, without: readonly Operation[] = []): number[] {
    return this.#all.filter((add) => add.call < end && !without.includes(add)).map(amountOf);
  }
}

function amountOf({ input }: Operation): number {
  return Number(input ?? 0);
}

function seenBy({ outcome, output }: Operation): number {
  return outcome === "ok" ? Number(output ?? 0) : 0;
}

function total(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}

/** The least and the greatest sum of some of the amounts. */
function rangeOf(amounts: readonly number[]): [number, number] {
  return [
    total(amounts.filter((amount) => amount < 0)),
    total(amounts.filter((amount) => amount > 0)),
  ];
}

/** `2 adds with the sum of 6 (indexes 0 and 2)`; of many only where they begin and end. */
function told(adds: readonly Operation[]): string {
  const sum = total(adds.map(amountOf));
  const [only] = adds;
  if (adds.length === 1 && only !== undefined) return `an add of ${sum} (index ${only.index})`;
  return `${adds.length} adds with the sum of ${sum} (${indexesOf(adds)})`;
}

/** A read whose value is not what the adds acknowledged before it and some of the others make. */
function reasonOfSum(read: Operation, counted: Counted): string | undefined {
  const seen = seenBy(read);
  const certain = counted.adds.filter((add) => isDone(add) && isBefore(add, read));
  const base = total(certain.map(amountOf));
  const others = counted.calledBefore(read.return, certain);
  const [least, greatest] = rangeOf(others);
  if (certain.length === 0) {
    if (others.length === 0 && seen !== 0)
      return `${at(read)} saw ${seen}, but nothing had been added by then`;
    if (seen > greatest || seen < least) {
      const bound = seen > greatest ? `${greatest} at most` : `${least} at least`;
      return `${at(read)} saw ${seen}, but all adds called by then come to ${bound}`;
    }
    const divisor = others.reduce(commonDivisor, 0) || 1;
    if (seen % divisor !== 0) {
      return `${at(read)} saw ${seen}, but all adds called by then are multiples of ${divisor}`;
    }
  }
  const isOutside = seen - base > greatest || seen - base < least;
  if (!isOutside && mayMake(others, seen - base)) return undefined;
  if (certain.length === 0) {
    return `${at(read)} saw ${seen}, but no choice of the adds called by then has that sum`;
  }
  const makesUp = counted.isSteady && isOutside && Math.abs(seen) < Math.abs(base);
  const rest = makesUp
    ? counted.never
    : "no choice of the other adds called by then makes up for that";
  return `${at(read)} saw ${seen}, but ${told(certain)} had been acknowledged before it, and ${rest}`;
}

/** Two reads, one after the other, and what was added in between. */
function reasonOfRise(before: Operation, after: Operation, counted: Counted): string | undefined {
  const [first, second] = [seenBy(before), seenBy(after)];
  const between = counted.adds.filter(
    (add) => isDone(add) && isBefore(before, add) && isBefore(add, after),
  );
  const ended = counted.adds.filter((add) => isBefore(add, before));
  const others = counted.calledBefore(after.return, [...between, ...ended]);
  const needed = total(between.map(amountOf));
  const rise = second - first;
  const [least, greatest] = rangeOf(others);
  const isOutside = rise - needed > greatest || rise - needed < least;
  if (!isOutside && mayMake(others, rise - needed)) return undefined;
  const earlier = `${first} had been read at index ${before.index} before`;
  const isLess = counted.isSteady && isOutside && Math.abs(second) < Math.abs(first + needed);
  if (between.length === 0) {
    const why = isLess
      ? counted.never
      : `no choice of the adds called by then makes the difference of ${rise}`;
    const aside =
      ended.length === 0 ? "" : `; ${told(ended)} had ended before ${before.index} was called`;
    return `${at(after)} saw ${second}, but ${earlier} (${orderOf(before, after)}), and ${why}${aside}`;
  }
  const why = isLess
    ? counted.never
    : "no choice of the other adds called by then makes up for that";
  return (
    `${at(after)} saw ${second}, but ${earlier}, and ${told(between)} came in between, called after ` +
    `${before.index} had returned and acknowledged before ${after.index} was called: that makes ` +
    `${first + needed}, and ${why}`
  );
}

/** A read that saw more than another one, although most adds had ended before that other one was called. */
function reasonOfShortage(low: Operation, high: Operation, counted: Counted): string | undefined {
  const ended = counted.adds.filter((add) => isBefore(add, low));
  const rest = total(counted.calledBefore(high.return, ended).map(Math.abs));
  const rise = Math.abs(seenBy(high)) - Math.abs(seenBy(low));
  if (rest >= rise) return undefined;
  const left = rest === 0 ? "nothing" : `no more than ${rest}`;
  return (
    `${at(high)} saw ${seenBy(high)} and ${at(low)} saw ${seenBy(low)}, but ${told(ended)} had ended before ` +
    `${low.index} was called, and ${left} had been added besides when ${high.index} returned`
  );
}

/** False when no choice of the amounts has that sum; true also when there are too many to look at. */
function mayMake(amounts: readonly number[], wanted: number): boolean {
  const sums = new Set([0]);
  let left = worksMax;
  for (const amount of amounts) {
    if (sums.has(wanted)) return true;
    left -= sums.size;
    if (left < 0) return true;
    for (const sum of [...sums]) sums.add(sum + amount);
  }
  return sums.has(wanted);
}

function commonDivisor(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
