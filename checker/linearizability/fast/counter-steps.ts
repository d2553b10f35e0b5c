import type { Operations } from "../../operations.ts";
import type { Add } from "./counter-cores.ts";
import type { SumSeen } from "./counter-levels.ts";

/** Larger steps are taken to be possible. */
const stepMax = 1024;
/** Sums looked at in all: what comes after that is taken to be possible. */
const worksMax = 1_000_000;

/**
 * Rows of two reads (of one and the beginning: of one) whose sums differ by what no choice of the adds called
 * by then makes, or null. `adds` are positive, in the order of calls; reads come in the order of their sums as
 * a counter that only grows has them. Looks at neighbours, and at small differences only.
 */
export function impossibleStep(
  operations: Operations,
  adds: readonly Add[],
  reads: readonly SumSeen[],
  unit: number,
): readonly number[] | null {
  const { call, return: end } = operations;
  const steps = stepsOf(operations, reads).filter(({ rise }) => rise <= stepMax * unit);
  const largest = steps.reduce((most, { rise }) => Math.max(most, rise / unit), 0);
  const made = new SumsMade(largest);
  let next = 0;
  for (const { rows, rise, row } of steps) {
    for (; next < adds.length; next++) {
      const add = adds[next] as Add;
      if ((call[add.row] ?? 0) > (end[row] ?? 0)) break;
      if (!made.include(add.size / unit)) return null;
    }
    if (!made.has(rise / unit)) return rows;
  }
  return null;
}

type Step = { readonly rows: readonly number[]; readonly rise: number; readonly row: number };

/** From each sum to the next one, in the order of the first return of a read of that. */
function stepsOf({ return: end }: Operations, reads: readonly SumSeen[]): Step[] {
  const returnOf = (row: number): number => end[row] ?? 0;
  const sorted = [...reads].sort((a, b) => a.sum - b.sum || returnOf(a.row) - returnOf(b.row));
  const steps: Step[] = [];
  let before: SumSeen | null = null;
  for (const read of sorted) {
    const rise = read.sum - (before?.sum ?? 0);
    if (rise === 0) continue;
    const rows = before === null ? [read.row] : [before.row, read.row];
    steps.push({ rows, rise, row: read.row });
    before = read;
  }
  return steps.sort((a, b) => returnOf(a.row) - returnOf(b.row));
}

/** What some choice of amounts comes to, up to a bound. */
class SumsMade {
  readonly #isMade: Uint8Array;
  /** Amounts of which one more makes nothing new. */
  readonly #isClosed = new Set<number>();
  #works = 0;

  constructor(max: number) {
    this.#isMade = new Uint8Array(max + 1);
    this.#isMade[0] = 1;
  }

  has(sum: number): boolean {
    return this.#isMade[sum] === 1;
  }

  /** False when that is too much to look at. */
  include(amount: number): boolean {
    const isMade = this.#isMade;
    if (amount >= isMade.length || this.#isClosed.has(amount)) return true;
    this.#works += isMade.length;
    if (this.#works > worksMax) return false;
    let isNew = false;
    for (let sum = isMade.length - 1; sum >= amount; sum--) {
      if (isMade[sum] === 1 || isMade[sum - amount] === 0) continue;
      isMade[sum] = 1;
      isNew = true;
    }
    if (!isNew) this.#isClosed.add(amount);
    return true;
  }
}
