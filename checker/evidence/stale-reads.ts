import type { Operations } from "../operations.ts";
import { sweep, type Timeline } from "./timelines.ts";
import { type Order, roles, type Versions } from "./versions.ts";

/** A read that was called when a newer version than the one it answered was known. */
export type StaleRead = {
  readonly row: number;
  /** Row of the operation by whose return a newer version was known first. */
  readonly since: number;
  /** Newer versions known at its call, at least 1. */
  readonly versions: number;
  /** From when the first of them was known to the call of the read; NaN without times. */
  readonly ms: number;
};

const nsPerMs = 1_000_000;

/** The stale reads of one key, in the order of their calls: O(n log n). */
export function findStaleReads(
  operations: Operations,
  { timeline, versions, order }: { timeline: Timeline; versions: Versions; order: Order },
): StaleRead[] {
  const { callTime, returnTime } = operations;
  const { role, from, to } = versions;
  const stale: StaleRead[] = [];
  const known = order === "numbers" ? null : new KnownMoments(operations, timeline);
  /** Rows that raised the newest version known, by their return. */
  const raises: number[] = [];
  let newest = -Infinity;
  sweep(operations, timeline, {
    onReturn: (row) => {
      if (role[row] === roles.none) return;
      const version = from[row] ?? 0;
      known?.add(version);
      if (version <= newest) return;
      newest = version;
      raises.push(row);
    },
    onCall: (row) => {
      const version = to[row] ?? 0;
      if (role[row] !== roles.read || version >= newest) return;
      const since = raises[firstAbove(raises, version, from)] ?? row;
      const ms = ((callTime[row] ?? NaN) - (returnTime[since] ?? NaN)) / nsPerMs;
      const behind = known === null ? newest - version : known.countAfter(version);
      stale.push({ row, since, versions: behind, ms });
    },
  });
  return stale;
}

/** The first of `rows` whose value is above `bound`; their values rise. */
function firstAbove(rows: ArrayLike<number>, bound: number, values: ArrayLike<number>): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[rows[middle] ?? 0] ?? 0) > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Moments of writes that are known to have happened: a Fenwick tree over the calls of one key. */
class KnownMoments {
  readonly #timeline: Timeline;
  readonly #call: Int32Array;
  readonly #isKnown: Uint8Array;
  /** Known writes, summed as in a Fenwick tree, from 1. */
  readonly #sums: Int32Array;
  #count = 0;

  constructor({ call }: Operations, timeline: Timeline) {
    this.#timeline = timeline;
    this.#call = call;
    this.#isKnown = new Uint8Array(timeline.calls.length);
    this.#sums = new Int32Array(timeline.calls.length + 1);
  }

  /** The write called at `moment` happened. */
  add(moment: number): void {
    const place = this.#placeAfter(moment - 1);
    if (moment < 0 || this.#isKnown[place] === 1) return;
    this.#isKnown[place] = 1;
    this.#count++;
    for (let at = place + 1; at < this.#sums.length; at += at & -at) {
      this.#sums[at] = (this.#sums[at] ?? 0) + 1;
    }
  }

  countAfter(moment: number): number {
    let before = 0;
    for (let at = this.#placeAfter(moment); at > 0; at -= at & -at) before += this.#sums[at] ?? 0;
    return this.#count - before;
  }

  /** Of the first call after `moment`. */
  #placeAfter(moment: number): number {
    return firstAbove(this.#timeline.calls, moment, this.#call);
  }
}
