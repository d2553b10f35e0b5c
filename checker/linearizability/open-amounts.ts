import type { Configuration } from "./machine.ts";
import type { Partition } from "./partition.ts";

/** Open adds that follow each other directly. */
export type Run = {
  /** The group of the last one. */
  readonly last: number;
  /** Groups that were used, each followed by how often. */
  readonly counts: readonly number[];
};

/**
 * The open adds of a partition, in groups of one amount, the largest first. Of a group the one called first goes
 * first. A run uses the groups in their order, and none of what it uses cancels out: without that it would
 * come to the same sum.
 */
export class OpenAmounts {
  readonly #amounts: number[] = [];
  /** Ids by group, in the order of calls. */
  readonly #members: number[][] = [];
  /** Of open operations, from the first of them on. */
  readonly #groups: number[] = [];
  #completed = 0;
  readonly #runs = new Map<string, Run>();
  readonly #used: number[] = [];
  /** By group: what is left of it and of the groups behind it comes to at least, and at most. */
  readonly #least: number[] = [];
  readonly #most: number[] = [];

  get count(): number {
    return this.#amounts.length;
  }

  get bytes(): number {
    return 16 * this.#groups.length + 96 * this.#runs.size;
  }

  /** `amountOf`: 0 for what adds nothing. */
  load({ completed, count }: Partition, amountOf: (id: number) => number): void {
    const groups = new Map<number, number[]>();
    for (let id = completed; id < count; id++) {
      const amount = amountOf(id);
      if (amount === 0) continue;
      const members = groups.get(amount);
      if (members === undefined) groups.set(amount, [id]);
      else members.push(id);
    }
    const sorted = [...groups].sort(([a], [b]) => Math.abs(b) - Math.abs(a));
    this.#completed = completed;
    this.#groups.length = 0;
    this.#members.length = 0;
    this.#amounts.length = 0;
    this.#runs.clear();
    for (let id = completed; id < count; id++) this.#groups.push(-1);
    for (const [group, [amount, members]] of sorted.entries()) {
      this.#amounts.push(amount);
      this.#members.push(members);
      for (const id of members) this.#groups[id - completed] = group;
    }
  }

  /** -1 for what is not open, or adds nothing. */
  groupOf(id: number): number {
    return this.#groups[id - this.#completed] ?? -1;
  }

  amountOf(group: number): number {
    return this.#amounts[group] ?? 0;
  }

  /** The run with one more of a group; null when it comes too late, or cancels out with others. */
  longer(run: Run | null, group: number): Run | null {
    const counts = run?.counts ?? [];
    if (run !== null && group < run.last) return null;
    const isSame = run !== null && run.last === group;
    const before = isSame ? (counts.at(-1) ?? 0) : 0;
    if (this.#cancelsOut(counts, group, before + 1)) return null;
    const others = isSame ? counts.slice(0, -2) : counts;
    const all = [...others, group, before + 1];
    const name = all.join();
    let longer = this.#runs.get(name);
    if (longer === undefined) {
      longer = { last: group, counts: all };
      this.#runs.set(name, longer);
    }
    return longer;
  }

  /** Looks at what is left in a configuration, of groups from `first` on. */
  lookAt(partition: Partition, configuration: Configuration, first: number): void {
    const end = partition.completed + (partition.openBefore[configuration.e] ?? 0);
    let [least, most] = [0, 0];
    for (let group = this.count - 1; group >= first; group--) {
      const members = this.#members[group] ?? [];
      const called = countWhile(members, (id) => id < end);
      const used = countWhile(members, (id) => id < end && configuration.isSettled(id));
      const left = (called - used) * this.amountOf(group);
      if (left > 0) most += left;
      else least += left;
      this.#used[group] = called === used ? -1 : used;
      this.#least[group] = least;
      this.#most[group] = most;
    }
  }

  /** After `lookAt`: the next one of a group, or -1. */
  nextOf(group: number): number {
    const used = this.#used[group] ?? -1;
    return used === -1 ? -1 : (this.#members[group]?.[used] ?? -1);
  }

  /** After `lookAt`: the bounds of what this group and those behind it can still add. */
  leastFrom(group: number): number {
    return group < this.count ? (this.#least[group] ?? 0) : 0;
  }

  mostFrom(group: number): number {
    return group < this.count ? (this.#most[group] ?? 0) : 0;
  }

  #cancelsOut(counts: readonly number[], group: number, count: number): boolean {
    const amount = this.amountOf(group);
    for (let at = 0; at < counts.length; at += 2) {
      const other = this.amountOf(counts[at] ?? 0);
      if (other > 0 === amount > 0) continue;
      const divisor = commonDivisor(Math.abs(other), Math.abs(amount));
      const isEnough = (counts[at + 1] ?? 0) >= Math.abs(amount) / divisor;
      if (isEnough && count >= Math.abs(other) / divisor) return true;
    }
    return false;
  }
}

function commonDivisor(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/** How many of the first ids hold, where none holds after one that does not. */
function countWhile(ids: readonly number[], holds: (id: number) => boolean): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(ids[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}
