import { type Operations, outcomes } from "../../operations.ts";
import type { CounterLevels } from "./counter-levels.ts";

/** Adds looked at in all: above that the best core found so far has to do. */
const looksMax = 4_000_000;

export type Add = { readonly row: number; readonly size: number };

type Found = { readonly rows: readonly number[]; readonly adds: number };

/**
 * Rows of two reads and as few adds as can be: the adds were called after the first read had returned and
 * had been acknowledged when the second was called, and are more than its sum rose. `level`: one whose
 * reads have too little for certain.
 */
export function lostAdds(
  operations: Operations,
  levels: CounterLevels,
  adds: readonly Add[],
  level: number,
): readonly number[] {
  const { call, outcome } = operations;
  const acknowledged = adds
    .filter(({ row }) => outcome[row] === outcomes.ok)
    .sort((a, b) => (call[b.row] ?? 0) - (call[a.row] ?? 0));
  const largest = acknowledged.reduce((most, { size }) => Math.max(most, size), 0);
  const search = new LostAdds(operations, levels, acknowledged);
  let best = search.endingAt(level, Infinity);
  for (let other = 0; other < levels.count && search.looks < looksMax; other++) {
    const found = search.endingAt(other, ((best?.adds ?? Infinity) - 1) * largest);
    if (found !== null && (best === null || found.rows.length < best.rows.length)) best = found;
  }
  if (best === null) throw new Error("an add that fits nowhere is one too many for some two reads");
  return best.rows;
}

class LostAdds {
  looks = 0;
  readonly #operations: Operations;
  readonly #levels: CounterLevels;
  /** Those called last first. */
  readonly #adds: readonly Add[];

  constructor(operations: Operations, levels: CounterLevels, adds: readonly Add[]) {
    this.#operations = operations;
    this.#levels = levels;
    this.#adds = adds;
  }

  /** The fewest rows whose second read is of this level, its sum less than `riseMax` above that of the first. */
  endingAt(level: number, riseMax: number): Found | null {
    const { call, return: end } = this.#operations;
    const levels = this.#levels;
    const until = levels.calledBelow(level);
    let best: Found | null = null;
    let next = this.#firstCalledBefore(until);
    const between: Add[] = [];
    let sum = 0;
    for (let from = level; from >= 0; from--) {
      const rise = levels.sumOf(level) - levels.sumOf(from);
      if (rise >= riseMax) break;
      const since = levels.returnedAbove(from);
      for (; next < this.#adds.length; next++) {
        const add = this.#adds[next] as Add;
        if ((call[add.row] ?? 0) <= since) break;
        this.looks++;
        if ((end[add.row] ?? 0) >= until) continue;
        between.push(add);
        sum += add.size;
      }
      if (sum <= rise) continue;
      const found = this.#rows(level, from, fewest(between, rise));
      if (best === null || found.rows.length < best.rows.length) best = found;
    }
    return best;
  }

  #rows(level: number, from: number, adds: readonly Add[]): Found {
    const { firstAbove, lastBelow } = this.#levels;
    const reads = [firstAbove[from] ?? -1, lastBelow[level] ?? -1].filter((row) => row !== -1);
    return { rows: [...reads, ...adds.map(({ row }) => row)], adds: adds.length };
  }

  #firstCalledBefore(position: number): number {
    const { call } = this.#operations;
    let low = 0;
    let high = this.#adds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((call[this.#adds[middle]?.row ?? 0] ?? 0) < position) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** The largest ones, until they are more than `rise`. */
function fewest(adds: readonly Add[], rise: number): Add[] {
  const chosen: Add[] = [];
  let sum = 0;
  for (const add of [...adds].sort((a, b) => b.size - a.size)) {
    if (sum > rise) break;
    chosen.push(add);
    sum += add.size;
  }
  return chosen;
}
