import { never } from "../../operations.ts";

/** A read and the sum that it saw. */
export type SumSeen = { readonly row: number; readonly sum: number };

/**
 * The sums that were read of a counter that only grows, from 0 on; the gap before level g is where what makes
 * it out of level g - 1 takes effect. The gap behind the last level has no end.
 */
export class CounterLevels {
  readonly sums: readonly number[];
  /** Rows: of the reads of this level or one below, the one called last; -1 when there is none. */
  readonly lastBelow: readonly number[];
  /** Rows: of the reads of this level or one above, the one that returned first; -1 when there is none. */
  readonly firstAbove: readonly number[];
  readonly #call: Int32Array;
  readonly #return: Int32Array;

  constructor(
    reads: readonly SumSeen[],
    operations: { readonly call: Int32Array; readonly return: Int32Array },
  ) {
    this.#call = operations.call;
    this.#return = operations.return;
    const sorted = [...reads].sort((a, b) => a.sum - b.sum);
    const sums = [0];
    const lastBelow = [-1];
    for (const { row, sum } of sorted) {
      const top = sums.length - 1;
      const last = lastBelow[top] ?? -1;
      const later = this.#callOf(row) > this.#callOf(last) ? row : last;
      if (sum === sums[top]) lastBelow[top] = later;
      else {
        sums.push(sum);
        lastBelow.push(later);
      }
    }
    const firstAbove = sums.map(() => -1);
    let level = sums.length - 1;
    let first = -1;
    for (const { row, sum } of sorted.reverse()) {
      for (; (sums[level] ?? 0) > sum; level--) firstAbove[level] = first;
      if (this.#returnOf(row) < this.#returnOf(first)) first = row;
      firstAbove[level] = first;
    }
    // Whatever happens comes after the beginning, a read of 0 or not.
    firstAbove[0] = -1;
    this.sums = sums;
    this.lastBelow = lastBelow;
    this.firstAbove = firstAbove;
  }

  get count(): number {
    return this.sums.length;
  }

  sumOf(level: number): number {
    return this.sums[level] ?? 0;
  }

  /** When the last read of this level or one below was called: what leads to the next one comes after. */
  calledBelow(level: number): number {
    return this.#callOf(this.lastBelow[level] ?? -1);
  }

  /** When the first read of this level or one above returned; -1 for level 0, `never` behind the last one. */
  returnedAbove(level: number): number {
    return level === 0 ? -1 : this.#returnOf(this.firstAbove[level] ?? -1);
  }

  /** The first gap that is not over when an add is called, from 1 on. */
  firstGap(call: number): number {
    return firstFrom(1, this.count, (gap) => this.returnedAbove(gap) >= call);
  }

  /** The last gap that has begun when an add returns; 0 when none has. */
  lastGap(end: number): number {
    return firstFrom(1, this.count + 1, (gap) => this.calledBelow(gap - 1) > end) - 1;
  }

  /** Two reads of which the one of the higher level returned before the other was called, or null. */
  fall(): readonly [number, number] | null {
    for (let level = 1; level < this.count; level++) {
      if (this.calledBelow(level - 1) <= this.returnedAbove(level)) continue;
      return [this.firstAbove[level] ?? -1, this.lastBelow[level - 1] ?? -1];
    }
    return null;
  }

  #callOf(row: number): number {
    return row === -1 ? -1 : (this.#call[row] ?? 0);
  }

  #returnOf(row: number): number {
    return row === -1 ? never : (this.#return[row] ?? 0);
  }
}

/** The first place from `from` on that holds, where none fails after one that holds; `to` when none does. */
function firstFrom(from: number, to: number, holds: (place: number) => boolean): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
