import { never, type Operations, outcomes, valueAt } from "../../operations.ts";
import type { FastDecision, FastPath } from "../fast-path.ts";
import { outOfBounds } from "./counter-bounds.ts";
import { type Add, lostAdds } from "./counter-cores.ts";
import { CounterLevels, type SumSeen } from "./counter-levels.ts";
import { impossibleStep } from "./counter-steps.ts";
import { fill, type Jobs, merge } from "./fillings.ts";
import { orderOf } from "./moments.ts";

/**
 * Decides `counter` where all adds are of one amount (0 aside): adds commute, so the reads in the order of
 * their sums are levels, and between two levels as many adds have to take effect as the sum rises, after the
 * reads of lower levels were called and before one of a higher level returned. Which adds may do it is
 * a question of matching: each gap takes a stretch of time, each add fits a stretch of gaps. All gaps can be
 * filled, and all acknowledged adds put into gaps, iff each can be alone (Mendelsohn & Dulmage 1958); both
 * go by the earliest end first. O(n log n).
 *
 * With amounts of one sign but not all the same, the same two conditions on sums are necessary, and that some
 * adds make the step from each sum to the next one; with amounts of both signs, that no read is out of the bounds
 * that another one and the adds between set. What breaks one is a violation, else the search decides: which adds
 * have a sum is a question of subset sums.
 */
export const fastPath: FastPath = {
  name: "sums",
  prepare: (operations) => {
    const path = new CounterPath(operations);
    return (rows) => path.decide(rows);
  },
};

type Counted = {
  /** Those that add something and were not refused, in the order of calls. */
  readonly adds: readonly Add[];
  readonly reads: readonly SumSeen[];
  /** All amounts have this sign; 0 for both. */
  readonly sign: number;
  readonly divisor: number;
  readonly isUniform: boolean;
};

class CounterPath {
  readonly #operations: Operations;
  readonly #add: number;
  readonly #noKey: number;

  constructor(operations: Operations) {
    this.#operations = operations;
    this.#add = operations.functions.indexOf("add");
    this.#noKey = operations.errors.indexOf("ErrNoKey");
  }

  decide(rows: Int32Array): FastDecision | null {
    const { call, return: end } = this.#operations;
    const counted = this.#count(rows);
    const alone = this.#impossibleAlone(counted);
    if (alone !== -1) return invalid([alone]);
    if (counted.sign === 0) {
      const core = outOfBounds(this.#operations, counted.adds, counted.reads);
      return core === null ? null : invalid(core);
    }
    const adds = counted.adds.map(({ row, size }) => ({ row, size: size * counted.sign }));
    const reads = counted.reads.map(({ row, sum }) => ({ row, sum: sum * counted.sign }));
    const levels = new CounterLevels(reads, this.#operations);
    const fall = levels.fall();
    if (fall !== null) return invalid(fall);
    const step = counted.isUniform
      ? null
      : impossibleStep(this.#operations, adds, reads, counted.divisor || 1);
    if (step !== null) return invalid(step);

    const jobs: Jobs = {
      size: Float64Array.from(adds, ({ size }) => size),
      first: Int32Array.from(adds, ({ row }) => levels.firstGap(call[row] ?? 0)),
      last: Int32Array.from(adds, ({ row }) => levels.lastGap(end[row] ?? 0)),
    };
    const capacities = [0, ...levels.sums.slice(1).map((sum, at) => sum - levels.sumOf(at))];
    capacities.push(Infinity);
    // By call is by first gap.
    const ids = Int32Array.from(adds.keys());
    const { outcome } = this.#operations;
    const required = ids.filter((id) => outcome[adds[id]?.row ?? 0] === outcomes.ok);
    const all = fill("all", jobs, required, capacities);
    if (all.late !== -1) {
      const level = jobs.last[all.late] ?? 0;
      return invalid(lostAdds(this.#operations, levels, adds, level));
    }
    const full = fill("gaps", jobs, ids, capacities);
    if (full.short > 0) return invalid(this.#until(rows, levels.returnedAbove(full.short)));
    if (!counted.isUniform) return null;
    const unit = counted.divisor || 1;
    const places = capacities.map((capacity) => capacity / unit);
    const witness = (): Int32Array => {
      const gaps = merge(all.gaps, full.gaps, places);
      return this.#order(rows, { adds, reads, levels, gaps, unit });
    };
    return { verdict: "valid", witness };
  }

  #count(rows: Int32Array): Counted {
    const { f, outcome, error, input, output, values } = this.#operations;
    const adds: Add[] = [];
    const reads: SumSeen[] = [];
    let [hasUp, hasDown, divisor, isUniform] = [false, false, 0, true];
    for (const row of rows) {
      const ending = outcome[row];
      if (f[row] === this.#add) {
        const size = Number(valueAt(values, input, row) ?? 0);
        if (ending === outcomes.refused || size === 0) continue;
        if (size > 0) hasUp = true;
        else hasDown = true;
        isUniform &&= divisor === 0 || divisor === Math.abs(size);
        divisor = commonDivisor(divisor, Math.abs(size));
        adds.push({ row, size });
      } else if (ending === outcomes.ok) {
        reads.push({ row, sum: Number(valueAt(values, output, row) ?? 0) });
      } else if (ending === outcomes.refused && error[row] === this.#noKey) {
        reads.push({ row, sum: 0 });
      }
    }
    const sign = hasUp && hasDown ? 0 : hasDown ? -1 : 1;
    return { adds, reads, sign, divisor, isUniform };
  }

  /** A read whose sum nothing called by its return makes, or -1. */
  #impossibleAlone({ adds, reads, divisor }: Counted): number {
    const { call, return: end } = this.#operations;
    const byReturn = [...reads].sort((a, b) => (end[a.row] ?? 0) - (end[b.row] ?? 0));
    let [least, greatest, next] = [0, 0, 0];
    for (const { row, sum } of byReturn) {
      for (; next < adds.length; next++) {
        const add = adds[next] as Add;
        if ((call[add.row] ?? 0) > (end[row] ?? 0)) break;
        if (add.size > 0) greatest += add.size;
        else least += add.size;
      }
      if (sum < least || sum > greatest || sum % (divisor || 1) !== 0) return row;
    }
    return -1;
  }

  /** What was called before a moment, and returned: a gap that is over by then is short of that alone. */
  #until(rows: Int32Array, moment: number): readonly number[] {
    const { call, return: end } = this.#operations;
    return Array.from(rows).filter(
      (row) => (call[row] ?? 0) < moment && (end[row] ?? never) < never,
    );
  }

  #order(rows: Int32Array, { adds, reads, levels, gaps, unit }: Solved): Int32Array {
    const { call, outcome } = this.#operations;
    const used = adds.flatMap(({ row }, id) => {
      const gap = gaps[id] ?? 0;
      return gap === 0
        ? []
        : [{ row, time: Math.max(call[row] ?? 0, levels.calledBelow(gap - 1)) }];
    });
    // Gaps begin and end in turn: the adds fill them in the order of their moments as well.
    const timed = used.sort((a, b) => a.time - b.time);
    const placeOf = new Map(timed.map(({ row, time }, at) => [row, { time, version: 2 * at + 1 }]));
    const sumOf = new Map(reads.map(({ row, sum }) => [row, sum]));
    const isAdd = new Set(adds.map(({ row }) => row));
    return orderOf(rows, (row) => {
      const from = call[row] ?? 0;
      const place = placeOf.get(row);
      if (place !== undefined) return { row, ...place, isWrite: true };
      if (isAdd.has(row) || (outcome[row] ?? 0) > outcomes.refused) return null;
      // What adds nothing and sees nothing goes anywhere.
      const count = (sumOf.get(row) ?? 0) / unit;
      const time = Math.max(from, timed[count - 1]?.time ?? -1);
      return { row, time, version: 2 * count, isWrite: false };
    });
  }
}

type Solved = {
  readonly adds: readonly Add[];
  readonly reads: readonly SumSeen[];
  readonly levels: CounterLevels;
  /** By add; 0 for one that never happened. */
  readonly gaps: Int32Array;
  /** The amount of every add. */
  readonly unit: number;
};

function commonDivisor(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

function invalid(core: readonly number[]): FastDecision {
  const rows = Int32Array.from(new Set(core)).sort();
  return { verdict: "invalid", core: () => rows };
}
