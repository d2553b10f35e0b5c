import { never, type Operations, outcomes } from "../../operations.ts";
import { type Clusters, initially, nobody } from "./clusters.ts";

/**
 * Clusters joined to blocks: the cas that found a value comes right after those that saw it, so a block is
 * a write (or the initial null), its readers, the cas that followed, its readers, and so on.
 *
 * A mutation of unknown outcome is part of it iff its value was seen, or found by a cas that is.
 */
export class Blocks {
  /** By cluster: the one that a cas made of it, or -1. */
  next: Int32Array = new Int32Array(0);
  /** By the first cluster of a block: its least return and its greatest call. */
  first: Int32Array = new Int32Array(0);
  last: Int32Array = new Int32Array(0);
  readonly #call: Int32Array;
  readonly #return: Int32Array;
  readonly #outcome: Uint8Array;
  readonly #clusters: Clusters;
  #isThere = new Uint8Array(0);
  /** The cluster that shows that this one was there, when neither a reader nor an answer does. */
  #cause = new Int32Array(0);
  /** Place in its block; -1 before that is known. */
  #depth = new Int32Array(0);
  #root = new Int32Array(0);
  /** The operation of the least return (-1: the beginning), of the greatest call (-1: a setter). */
  #firstRow = new Int32Array(0);
  #firstCluster = new Int32Array(0);
  #lastRow = new Int32Array(0);
  #lastCluster = new Int32Array(0);
  #ends = new Int32Array(0);
  #roots = new Int32Array(0);
  #rootCount = 0;
  #pending: number[] = [];

  constructor({ call, return: end, outcome }: Operations, clusters: Clusters) {
    this.#call = call;
    this.#return = end;
    this.#outcome = outcome;
    this.#clusters = clusters;
  }

  /** First clusters of the blocks, to be sorted in place. */
  roots(): Int32Array {
    return this.#roots.subarray(0, this.#rootCount);
  }

  /** Joins the clusters just read. A core, empty when there is none yet; null: the values do not tell. */
  build(): readonly number[] | null {
    const core = this.#join();
    if (core === null || core.length > 0) return core;
    const { count, parent } = this.#clusters;
    this.#rootCount = 0;
    for (let cluster = 0; cluster < count; cluster++) {
      if (this.#isThere[cluster] === 0 || parent[cluster] !== -1) continue;
      this.#roots[this.#rootCount++] = cluster;
      const broken = this.#walk(cluster);
      if (broken !== null) return broken;
    }
    for (let cluster = 0; cluster < count; cluster++) {
      // A circle of cas, each of which found the value that the next one made.
      if (this.#isThere[cluster] === 1 && this.#depth[cluster] === -1) return this.#force(cluster);
    }
    return [];
  }

  #join(): readonly number[] | null {
    const { count, setter, last } = this.#clusters;
    this.#begin(count);
    for (let cluster = 0; cluster < count; cluster++) {
      const row = setter[cluster] ?? nobody;
      const isDone = row >= 0 && this.#outcome[row] === outcomes.ok;
      if (this.#isThere[cluster] === 1 || (!isDone && last[cluster] === -1)) continue;
      this.#isThere[cluster] = 1;
      const core = this.#link(cluster);
      if (core === null || core.length > 0) return core;
    }
    for (let cluster = this.#pending.pop(); cluster !== undefined; cluster = this.#pending.pop()) {
      const core = this.#link(cluster);
      if (core === null || core.length > 0) return core;
    }
    return [];
  }

  /** Joins a cluster that was there to the one before it, which was there too then. */
  #link(cluster: number): readonly number[] | null {
    const { parent, setter, isRepeated, last } = this.#clusters;
    const before = parent[cluster] ?? -1;
    const isSeen = last[cluster] !== -1;
    if (isSeen && isRepeated[cluster] === 1) return null;
    if (setter[cluster] === nobody) return this.#force(cluster);
    if (before === -1) return none;
    if (isRepeated[before] === 1) return null;
    const rival = this.next[before] ?? -1;
    if (rival !== -1) return [...this.#force(rival), ...this.#force(cluster)];
    this.next[before] = cluster;
    if (this.#isThere[before] === 0) {
      this.#isThere[before] = 1;
      this.#cause[before] = cluster;
      this.#pending.push(before);
    }
    return none;
  }

  #begin(count: number): void {
    this.#pending = [];
    if (count > this.next.length) {
      const length = Math.max(count, 2 * this.next.length);
      this.next = new Int32Array(length);
      this.first = new Int32Array(length);
      this.last = new Int32Array(length);
      this.#isThere = new Uint8Array(length);
      this.#cause = new Int32Array(length);
      this.#depth = new Int32Array(length);
      this.#root = new Int32Array(length);
      this.#firstRow = new Int32Array(length);
      this.#firstCluster = new Int32Array(length);
      this.#lastRow = new Int32Array(length);
      this.#lastCluster = new Int32Array(length);
      this.#ends = new Int32Array(length);
      this.#roots = new Int32Array(length);
    }
    this.next.fill(-1, 0, count);
    this.#isThere.fill(0, 0, count);
    this.#depth.fill(-1, 0, count);
  }

  /** Bounds of one block; a core when its operations are not in the order of their values. */
  #walk(root: number): readonly number[] | null {
    const clusters = this.#clusters;
    let least = never;
    let leastRow = -1;
    let leastCluster = root;
    let greatest = -1;
    let greatestRow = -1;
    let greatestCluster = root;
    let depth = 0;
    for (let cluster = root; cluster !== -1; cluster = this.next[cluster] ?? -1) {
      this.#depth[cluster] = depth++;
      this.#root[cluster] = root;
      const setter = clusters.setter[cluster] ?? nobody;
      if (setter === initially) least = -1;
      else {
        const end = this.#return[setter] ?? 0;
        const from = this.#call[setter] ?? 0;
        if (end < greatest) return join(this.#exactly(cluster), greatestRow);
        if (end < least) {
          least = end;
          leastRow = setter;
          leastCluster = cluster;
        }
        if (from > greatest) {
          greatest = from;
          greatestRow = -1;
          greatestCluster = cluster;
        }
      }
      const end = clusters.first[cluster] ?? never;
      if (end < greatest) return join([clusters.firstRow[cluster] ?? 0], greatestRow);
      if (end < least) {
        least = end;
        leastRow = clusters.firstRow[cluster] ?? 0;
        leastCluster = cluster;
      }
      if ((clusters.last[cluster] ?? -1) > greatest) {
        greatest = clusters.last[cluster] ?? -1;
        greatestRow = clusters.lastRow[cluster] ?? 0;
        greatestCluster = cluster;
      }
    }
    this.first[root] = least;
    this.last[root] = greatest;
    this.#firstRow[root] = leastRow;
    this.#firstCluster[root] = leastCluster;
    this.#lastRow[root] = greatestRow;
    this.#lastCluster[root] = greatestCluster;
    return null;
  }

  /** The lower or the upper bound of each block's zone: blocks without conflict can go in either order. */
  ends(side: "low" | "high"): Int32Array {
    const choose = side === "low" ? Math.min : Math.max;
    for (const root of this.roots()) {
      this.#ends[root] = choose(this.first[root] ?? 0, this.last[root] ?? 0);
    }
    return this.#ends;
  }

  /** Rows that show how far a block reaches. Calls count even where a core leaves the rest open. */
  span(root: number): readonly number[] {
    const rows: number[] = [];
    const firstRow = this.#firstRow[root] ?? -1;
    const firstCluster = this.#firstCluster[root] ?? 0;
    const lastRow = this.#lastRow[root] ?? -1;
    const lastCluster = this.#lastCluster[root] ?? 0;
    if (firstRow !== -1 && firstRow === this.#clusters.setter[firstCluster]) {
      rows.push(...this.#exactly(firstCluster));
    } else if (firstRow !== -1) rows.push(firstRow);
    if (lastRow !== -1) rows.push(lastRow);
    // What comes before the cluster of the least return was there for certain.
    else if ((this.#depth[lastCluster] ?? 0) > (this.#depth[firstCluster] ?? 0)) {
      rows.push(...this.#force(lastCluster));
    }
    return rows;
  }

  /** The first cluster of the block of a cluster that was there. */
  rootOf(cluster: number): number {
    return this.#root[cluster] ?? 0;
  }

  /** Clusters that may never have been there, because nobody saw them. */
  unseen(): number[] {
    const { count, setter } = this.#clusters;
    const unseen: number[] = [];
    for (let cluster = 0; cluster < count; cluster++) {
      if (this.#isThere[cluster] === 0 && (setter[cluster] ?? nobody) >= 0) unseen.push(cluster);
    }
    return unseen;
  }

  /** Whether the cluster is the last of its block, and was certainly there before a moment. */
  isLastBefore(cluster: number, moment: number): boolean {
    if (this.#isThere[cluster] === 0 || this.next[cluster] !== -1) return false;
    const setter = this.#clusters.setter[cluster] ?? nobody;
    if (setter === initially) return true;
    const set = this.#return[setter] ?? 0;
    return Math.min(set, this.#clusters.first[cluster] ?? never) < moment;
  }

  /** Rows that show that the value was there from the call of `row` to its return; else null. */
  tenure(cluster: number, row: number): readonly number[] | null {
    const clusters = this.#clusters;
    if (this.#isThere[cluster] === 0) return null;
    const setter = clusters.setter[cluster] ?? nobody;
    const isInitial = setter === initially;
    const set = isInitial ? -1 : (this.#return[setter] ?? 0);
    const seen = clusters.first[cluster] ?? never;
    const after = this.next[cluster] ?? -1;
    const called = after === -1 ? -1 : (this.#call[clusters.setter[after] ?? 0] ?? 0);
    const last = clusters.last[cluster] ?? -1;
    if (Math.min(set, seen) > (this.#call[row] ?? 0)) return null;
    if (Math.max(last, called) < (this.#return[row] ?? 0)) return null;
    const rows = last > called ? [clusters.lastRow[cluster] ?? 0] : [...this.#force(after)];
    if (isInitial) return rows;
    if (seen < set) return [...rows, clusters.firstRow[cluster] ?? 0];
    return [...rows, ...this.#exactly(cluster)];
  }

  /** The setter with its return, and that it happened. */
  #exactly(cluster: number): readonly number[] {
    return [this.#clusters.setter[cluster] ?? 0, ...this.#force(cluster)];
  }

  /** A row that shows that the cluster's value was there. */
  #force(cluster: number): readonly number[] {
    const { setter, last, lastRow } = this.#clusters;
    let shown = cluster;
    for (;;) {
      const row = setter[shown] ?? nobody;
      if (row >= 0 && this.#outcome[row] === outcomes.ok) return [row];
      if (last[shown] !== -1) return [lastRow[shown] ?? 0];
      shown = this.#cause[shown] ?? 0;
    }
  }
}

const none: readonly number[] = [];

function join(rows: readonly number[], row: number): readonly number[] {
  return row === -1 ? rows : [...rows, row];
}
