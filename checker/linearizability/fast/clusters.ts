import { forms, never, type Operations, outcomes } from "../../operations.ts";

/** Setter of cluster 0: nobody. */
export const initially = -2;
export const nobody = -1;

/**
 * The operations of a register by value: a cluster is what set a value and all that saw it.
 *
 * Cluster 0 is the initial null. A value that was set twice has a cluster for each setter; what saw it is
 * in the first one, which is marked: whose value it saw is not known.
 */
export class Clusters {
  count: number = 0;
  /** Row of the write or the cas, `nobody` or `initially`. */
  setter: Int32Array = new Int32Array(0);
  /** The cluster that the cas found, or -1 for a write. */
  parent: Int32Array = new Int32Array(0);
  isRepeated: Uint8Array = new Uint8Array(0);
  /** Least return and greatest call of those that saw the value, and their rows; `never` and -1 if none did. */
  first: Int32Array = new Int32Array(0);
  last: Int32Array = new Int32Array(0);
  firstRow: Int32Array = new Int32Array(0);
  lastRow: Int32Array = new Int32Array(0);
  /** Rows of refused cas: each has found another value than its `from`. */
  refused: number[] = [];
  readonly #operations: Operations;
  readonly #read: number;
  readonly #cas: number;
  readonly #noKey: number;
  /** By value: its cluster plus `#base`; less than `#base` is of an earlier partition. */
  readonly #clusterOf: Int32Array;
  #base = 1;

  constructor(operations: Operations) {
    const { functions, errors, values } = operations;
    this.#operations = operations;
    this.#read = functions.indexOf("read");
    this.#cas = functions.indexOf("cas");
    this.#noKey = errors.indexOf("ErrNoKey");
    this.#clusterOf = new Int32Array(values.count);
  }

  /** The cluster of a value, or -1. */
  find(value: number): number {
    return Math.max(-1, (this.#clusterOf[value] ?? 0) - this.#base);
  }

  /** Groups the rows; false when there is an argument or a result of another form. */
  read(rows: Int32Array): boolean {
    this.#begin(rows.length);
    const { f, outcome, input, output, error } = this.#operations;
    for (let place = 0; place < rows.length; place++) {
      const row = rows[place] ?? 0;
      const ending = outcome[row] ?? 0;
      const name = f[row];
      if (name === this.#read) {
        if (ending === outcomes.ok) {
          if ((output.form[row] ?? 0) > forms.plain) return false;
          this.#see(output.a[row] ?? 0, row);
        } else if (ending === outcomes.refused) this.#see(0, row);
      } else if (name === this.#cas) {
        if (input.form[row] !== forms.pair) return false;
        if (ending !== outcomes.refused) this.#swap(row, input.a[row] ?? 0, input.b[row] ?? 0);
        else if (error[row] === this.#noKey) this.#see(0, row);
        else this.refused.push(row);
      } else if (ending !== outcomes.refused) {
        if ((input.form[row] ?? 0) > forms.plain) return false;
        this.#set(row, input.a[row] ?? 0, -1);
      }
    }
    return true;
  }

  /** The value that an `ok` or a refused operation saw, other than the `refused` cas: null for nothing. */
  seenBy(row: number): number {
    const { f, outcome, input, output } = this.#operations;
    if (outcome[row] !== outcomes.ok) return 0;
    return (f[row] === this.#read ? output.a[row] : input.a[row]) ?? 0;
  }

  #begin(rows: number): void {
    this.#base += this.count;
    if (this.#base > 2 ** 30) {
      this.#base = 1;
      this.#clusterOf.fill(0);
    }
    this.count = 0;
    this.refused = [];
    // Each operation makes up to two clusters: a cas one for what it found, one for what it set.
    const needed = 2 * rows + 1;
    if (needed > this.setter.length) {
      const length = Math.max(needed, 2 * this.setter.length);
      this.setter = new Int32Array(length);
      this.parent = new Int32Array(length);
      this.isRepeated = new Uint8Array(length);
      this.first = new Int32Array(length);
      this.last = new Int32Array(length);
      this.firstRow = new Int32Array(length);
      this.lastRow = new Int32Array(length);
    }
    this.setter[this.#clusterFor(0)] = initially;
  }

  #clusterFor(value: number): number {
    const known = (this.#clusterOf[value] ?? 0) - this.#base;
    if (known >= 0) return known;
    this.#clusterOf[value] = this.count + this.#base;
    return this.#add();
  }

  #add(): number {
    const cluster = this.count++;
    this.setter[cluster] = nobody;
    this.parent[cluster] = -1;
    this.isRepeated[cluster] = 0;
    this.first[cluster] = never;
    this.last[cluster] = -1;
    return cluster;
  }

  #see(value: number, row: number): void {
    const cluster = this.#clusterFor(value);
    const from = this.#operations.call[row] ?? 0;
    const end = this.#operations.return[row] ?? 0;
    if (end < (this.first[cluster] ?? 0)) {
      this.first[cluster] = end;
      this.firstRow[cluster] = row;
    }
    if (from > (this.last[cluster] ?? 0)) {
      this.last[cluster] = from;
      this.lastRow[cluster] = row;
    }
  }

  #set(row: number, value: number, parent: number): void {
    let cluster = this.#clusterFor(value);
    if (this.setter[cluster] !== nobody) {
      this.isRepeated[cluster] = 1;
      cluster = this.#add();
    }
    this.setter[cluster] = row;
    this.parent[cluster] = parent;
  }

  #swap(row: number, from: number, to: number): void {
    if (from !== to) this.#set(row, to, this.#clusterFor(from));
    // It changes nothing, so it is a read, if it is known to have happened.
    else if (this.#operations.outcome[row] === outcomes.ok) this.#see(from, row);
  }
}
