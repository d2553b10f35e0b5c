import { never, type Operations, outcomes } from "../../operations.ts";
import type { Add } from "./counter-cores.ts";
import type { SumSeen } from "./counter-levels.ts";

/** Reads and adds looked at in all: above that the fewest rows found so far have to do. */
const looksMax = 4_000_000;

/** Where every history begins. */
const start: SumSeen = { row: -1, sum: 0 };

/**
 * Rows of a read, of one that had returned before it was called (or of none: the beginning), and of as few
 * adds as can be that leave no order: the sum rises less, or more, from one read to the other than it must.
 * Null when there are no such reads.
 *
 * At least, it rises by what raises it and was both called and acknowledged between the two, less all that
 * lowers it and was called before the second returned; without that which had ended before the first was
 * called. Amounts may be of both signs. O(n log n) when there are none.
 */
export function outOfBounds(
  operations: Operations,
  adds: readonly Add[],
  reads: readonly SumSeen[],
): readonly number[] | null {
  const low = new Bounds(operations, adds, reads).core();
  const negated = adds.map(({ row, size }) => ({ row, size: -size }));
  const mirrored = reads.map(({ row, sum }) => ({ row, sum: -sum }));
  const high = new Bounds(operations, negated, mirrored).core();
  if (low === null || high === null) return low ?? high;
  return low.length <= high.length ? low : high;
}

class Bounds {
  readonly #operations: Operations;
  /** The beginning first. */
  readonly #byReturn: readonly SumSeen[];
  readonly #byCall: readonly SumSeen[];
  /** Acknowledged ones. */
  readonly #raising: readonly Add[];
  /** Those that ended, by size, the largest first. */
  readonly #lowering: readonly Add[];
  readonly #lowered: Totals;
  readonly #ended: Totals;
  readonly #largest: number;
  #looks = 0;

  constructor(operations: Operations, adds: readonly Add[], reads: readonly SumSeen[]) {
    const { outcome } = operations;
    this.#operations = operations;
    this.#byReturn = [start, ...reads].sort((a, b) => this.#return(a) - this.#return(b));
    this.#byCall = [...reads].sort((a, b) => this.#call(a) - this.#call(b));
    this.#raising = adds.filter(({ row, size }) => size > 0 && outcome[row] === outcomes.ok);
    const lowering = adds.filter(({ size }) => size < 0);
    const ended = lowering.filter((add) => this.#return(add) < never);
    this.#lowering = [...ended].sort((a, b) => a.size - b.size);
    this.#lowered = new Totals(lowering, (add) => this.#call(add));
    this.#ended = new Totals(ended, (add) => this.#return(add));
    const sizes = [...this.#raising, ...ended].map(({ size }) => Math.abs(size));
    this.#largest = sizes.reduce((most, size) => Math.max(most, size), 1);
  }

  core(): readonly number[] | null {
    let best: readonly number[] = [];
    for (const read of this.#tooLow()) {
      if (this.#looks > looksMax && best.length > 0) break;
      best = this.#fewest(read, best.length || Infinity) ?? best;
    }
    return best.length === 0 ? null : best;
  }

  /** The reads that saw less than some read before them, or the beginning, leaves. */
  #tooLow(): SumSeen[] {
    const highest = new Highest(this.#byReturn.length);
    const raising = [...this.#raising].sort((a, b) => this.#return(a) - this.#return(b));
    let [known, raised] = [0, 0];
    return this.#byCall.filter((read) => {
      const call = this.#call(read);
      for (; known < this.#byReturn.length; known++) {
        const before = this.#byReturn[known] as SumSeen;
        if (this.#return(before) > call) break;
        highest.set(known, before.sum - this.#ended.before(this.#call(before)));
      }
      for (; raised < raising.length; raised++) {
        const add = raising[raised] as Add;
        if (this.#return(add) > call) break;
        highest.raise(this.#returnedBefore(this.#call(add)), add.size);
      }
      return highest.value > read.sum - this.#lowered.before(this.#return(read));
    });
  }

  /** Rows that end with this read, if they are fewer than `rowsMax`. */
  #fewest(read: SumSeen, rowsMax: number): readonly number[] | null {
    const until = this.#call(read);
    const lowest = read.sum - this.#lowered.before(this.#return(read));
    const between: Add[] = [];
    let best: readonly number[] | null = null;
    let next = this.#raising.length - 1;
    let raised = 0;
    for (let place = this.#returnedBefore(until) - 1; place >= 0; place--) {
      const first = this.#byReturn[place] as SumSeen;
      this.#looks++;
      for (; next >= 0; next--) {
        const add = this.#raising[next] as Add;
        if (this.#call(add) < this.#return(first)) break;
        this.#looks++;
        if (this.#return(add) > until) continue;
        between.push(add);
        raised += add.size;
      }
      // What the adds chosen have to be more than.
      const rise = lowest - first.sum;
      const reads = first === start ? [read.row] : [first.row, read.row];
      const least = reads.length + Math.max(0, Math.ceil((rise + 1) / this.#largest));
      if (least >= (best?.length ?? rowsMax)) continue;
      if (raised - this.#ended.before(this.#call(first)) <= rise) continue;
      const rows = [...reads, ...this.#largestOf(between, this.#call(first), rise)];
      if (rows.length < (best?.length ?? rowsMax)) best = rows;
      if (this.#looks > looksMax && best !== null) break;
    }
    return best;
  }

  /** The largest ones of what was added between and what was taken away before, until they are more than `rise`. */
  #largestOf(between: readonly Add[], before: number, rise: number): number[] {
    const ended = this.#lowering.filter((add) => this.#return(add) < before);
    this.#looks += between.length + this.#lowering.length;
    const chosen: number[] = [];
    let sum = 0;
    for (const { row, size } of [...between, ...ended].sort(bySize)) {
      if (sum > rise) break;
      chosen.push(row);
      sum += Math.abs(size);
    }
    return chosen;
  }

  /** How many reads, and the beginning, had returned by then. */
  #returnedBefore(position: number): number {
    const reads = this.#byReturn;
    return countBefore(reads.length, (at) => this.#return(reads[at] as SumSeen) < position);
  }

  #call({ row }: SumSeen | Add): number {
    return row === -1 ? -1 : (this.#operations.call[row] ?? 0);
  }

  #return({ row }: SumSeen | Add): number {
    return row === -1 ? -1 : (this.#operations.return[row] ?? 0);
  }
}

function bySize(a: Add, b: Add): number {
  return Math.abs(b.size) - Math.abs(a.size);
}

/** What adds come to, up to a position. */
class Totals {
  readonly #positions: Float64Array;
  readonly #sums: Float64Array;

  constructor(adds: readonly Add[], positionOf: (add: Add) => number) {
    const sorted = [...adds].sort((a, b) => positionOf(a) - positionOf(b));
    this.#positions = Float64Array.from(sorted, positionOf);
    this.#sums = new Float64Array(sorted.length + 1);
    sorted.forEach(({ size }, at) => {
      this.#sums[at + 1] = (this.#sums[at] ?? 0) + size;
    });
  }

  before(position: number): number {
    const positions = this.#positions;
    const count = countBefore(positions.length, (at) => (positions[at] ?? 0) < position);
    return this.#sums[count] ?? 0;
  }
}

/** The highest of some values, of which the first ones are raised together: a tree over their places. */
class Highest {
  readonly #leaves: number;
  /** By node: what the values of all nodes left of it are raised by here, and the highest value within it. */
  readonly #raised: Float64Array;
  readonly #best: Float64Array;

  constructor(size: number) {
    this.#leaves = 1 << Math.ceil(Math.log2(Math.max(2, size)));
    this.#raised = new Float64Array(2 * this.#leaves);
    this.#best = new Float64Array(2 * this.#leaves).fill(-Infinity);
  }

  get value(): number {
    return this.#best[1] ?? -Infinity;
  }

  set(place: number, value: number): void {
    const leaf = this.#leaves + place;
    this.#best[leaf] = value + (this.#raised[leaf] ?? 0);
    this.#pull(leaf);
  }

  /** Raises the first `count` values, one at least. */
  raise(count: number, size: number): void {
    const leaf = this.#leaves + count - 1;
    this.#raised[leaf] = (this.#raised[leaf] ?? 0) + size;
    this.#best[leaf] = (this.#best[leaf] ?? 0) + size;
    this.#pull(leaf);
  }

  #pull(leaf: number): void {
    for (let node = leaf >> 1; node > 0; node >>= 1) {
      const [left, right] = [2 * node, 2 * node + 1];
      const byRight = this.#raised[right] ?? 0;
      this.#raised[node] = (this.#raised[left] ?? 0) + byRight;
      this.#best[node] = Math.max(this.#best[right] ?? 0, (this.#best[left] ?? 0) + byRight);
    }
  }
}

/** How many of the first places hold, where none holds after one that does not. */
function countBefore(count: number, holds: (place: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
