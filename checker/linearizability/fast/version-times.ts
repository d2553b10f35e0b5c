import { never, type Operations } from "../../operations.ts";

/**
 * When the versions of objects came to be: the least solution of constraints on their start times.
 *
 * Version 0 is there from the beginning; version i starts at t(i) >= t(i-1), or never. Several objects
 * share the arrays, each with slots of its own: its version i is slot `from + i`. Constraints:
 *
 * - `writer`: t(i) is within call and return of one of its writers, or never; a `sure` one is alone, and
 *   its version has started by its return;
 * - `low`, `up`: a bound on one t(i);
 * - `either`: an operation has found another version than j: its call <= t(j), or t(j+1) <= its return.
 *
 * Each is closed under the pointwise minimum of two solutions (of `either`: when both t(j+1) are after
 * the return, both t(j) are after the call). So all but the upper bounds have a least solution, and there
 * is a solution iff that one keeps the upper bounds. Linear after grouping, as long as no start jumps
 * over a gap between writers; each jump leaves a writer behind for good.
 */
export class VersionTimes {
  /** Start of each version, by position in the history: -1 is the beginning, `never` is never. */
  t: Int32Array = new Int32Array(0);
  readonly #call: Int32Array;
  readonly #return: Int32Array;
  readonly #argument: Int32Array;
  #slots = 0;
  #low = new Int32Array(0);
  #lowRow = new Int32Array(0);
  #up = new Int32Array(0);
  #upRow = new Int32Array(0);
  #sure = new Int32Array(0);
  #value = new Int32Array(0);
  #valueRow = new Int32Array(0);
  /** Lists of writers and of `either`, in the order of calls: entries from 1, 0 is none. */
  #first = new Int32Array(0);
  #last = new Int32Array(0);
  #alive = new Int32Array(0);
  #eithers = new Int32Array(0);
  #entryRow = new Int32Array(0);
  #entryNext = new Int32Array(0);
  #entries = 0;
  #reasons: Reasons | null = null;
  #broken = 0;

  constructor({ call, return: end, input }: Operations) {
    this.#call = call;
    this.#return = end;
    this.#argument = input.a;
  }

  /** Forgets everything; room for so many slots. Each operation is a writer and an `either` once at most. */
  begin(slots: number, operations: number): void {
    const used = this.#slots;
    this.#slots = slots;
    this.#entries = 0;
    this.#reasons = null;
    if (2 * operations >= this.#entryRow.length) {
      const length = Math.max(2 * operations + 1, 2 * this.#entryRow.length);
      this.#entryRow = new Int32Array(length);
      this.#entryNext = new Int32Array(length);
    }
    if (slots > this.#low.length) {
      this.#allocate(this.#low.length === 0 ? slots : 2 * slots);
      return;
    }
    this.#low.fill(-1, 0, used);
    this.#up.fill(never, 0, used);
    this.#sure.fill(-1, 0, used);
    this.#valueRow.fill(-1, 0, used);
    this.#first.fill(0, 0, used);
    this.#eithers.fill(0, 0, used);
  }

  #allocate(slots: number): void {
    const fresh = (value: number) => new Int32Array(slots).fill(value);
    this.t = new Int32Array(slots);
    this.#low = fresh(-1);
    this.#lowRow = new Int32Array(slots);
    this.#up = fresh(never);
    this.#upRow = new Int32Array(slots);
    this.#sure = fresh(-1);
    this.#value = new Int32Array(slots);
    this.#valueRow = fresh(-1);
    this.#first = new Int32Array(slots);
    this.#last = new Int32Array(slots);
    this.#alive = new Int32Array(slots);
    this.#eithers = new Int32Array(slots);
  }

  /** `version` cannot start before the call of `row`. */
  low(version: number, row: number): void {
    const at = this.#call[row] ?? 0;
    if (at <= (this.#low[version] ?? 0)) return;
    this.#low[version] = at;
    this.#lowRow[version] = row;
  }

  /** `version` must have started at the return of `row`. */
  up(version: number, row: number): void {
    const at = this.#return[row] ?? 0;
    if (at >= (this.#up[version] ?? 0)) return;
    this.#up[version] = at;
    this.#upRow[version] = row;
  }

  /** `row` wrote `version`, and nobody else. The other sure writer, or -1. */
  sure(version: number, row: number): number {
    const other = this.#sure[version] ?? -1;
    this.#sure[version] = row;
    this.low(version, row);
    this.up(version, row);
    return other;
  }

  /** `row` has seen that `version` has the value with this id. A row that has seen another, or -1. */
  value(version: number, value: number, row: number): number {
    const other = this.#valueRow[version] ?? -1;
    if (other !== -1) return this.#value[version] === value ? -1 : other;
    this.#value[version] = value;
    this.#valueRow[version] = row;
    return -1;
  }

  /** `row` may have written `version`, unless another value was seen there. In the order of calls. */
  writer(version: number, row: number): void {
    const entry = this.#enter(row, 0);
    if (this.#first[version] === 0) {
      this.#first[version] = entry;
      this.#alive[version] = entry;
    } else this.#entryNext[this.#last[version] ?? 0] = entry;
    this.#last[version] = entry;
  }

  /** `row` has found another version than `version`. */
  either(version: number, row: number): void {
    this.#eithers[version] = this.#enter(row, this.#eithers[version] ?? 0);
  }

  #enter(row: number, next: number): number {
    const entry = ++this.#entries;
    this.#entryRow[entry] = row;
    this.#entryNext[entry] = next;
    return entry;
  }

  /**
   * Finds the least solution for the versions 0 to `count` of the object at `from`; false when it breaks an
   * upper bound. Nobody writes the version after: it never starts. Once for each object and `begin`.
   */
  solve(from: number, count: number): boolean {
    const { t } = this;
    const low = this.#low;
    const up = this.#up;
    const last = from + count;
    t[from] = -1;
    t[last + 1] = never;
    for (let version = from + 1; version <= last; version++) {
      const before = t[version - 1] ?? 0;
      const own = low[version] ?? 0;
      this.#raise(version, Math.max(before, own), before >= own ? inherited : bounded);
    }
    this.#settleEithers(from, last);
    for (let version = from + 1; version <= last; version++) {
      if ((t[version] ?? 0) <= (up[version] ?? 0)) continue;
      this.#broken = version;
      return false;
    }
    return true;
  }

  /** Moves a start to the first moment from `bound` on at which somebody can have written it. */
  #raise(version: number, bound: number, why: number): void {
    const start = this.#least(version, bound);
    this.t[version] = start;
    this.#reasons?.add({ version, bound, start, why });
  }

  #least(version: number, bound: number): number {
    // Its call is a lower bound already, and its return an upper one.
    if (this.#sure[version] !== -1) return bound;
    if (this.#first[version] === 0) return never;
    const end = this.#return;
    let entry = this.#alive[version] ?? 0;
    // Those that returned before the bound or wrote another value are out for good; of the others the first counts.
    for (; entry !== 0; entry = this.#entryNext[entry] ?? 0) {
      const row = this.#entryRow[entry] ?? 0;
      if ((end[row] ?? 0) >= bound && this.#fits(version, row)) break;
    }
    this.#alive[version] = entry;
    return entry === 0 ? never : Math.max(bound, this.#call[this.#entryRow[entry] ?? 0] ?? 0);
  }

  #fits(version: number, row: number): boolean {
    return this.#valueRow[version] === -1 || this.#value[version] === this.#argument[row];
  }

  #settleEithers(from: number, to: number): void {
    const { t } = this;
    for (let version = to; version > from; version--) {
      const first = this.#eithers[version] ?? 0;
      if (first === 0) continue;
      const row = this.#needed(first, t[version + 1] ?? 0);
      const need = row === -1 ? -1 : (this.#call[row] ?? 0);
      if (need <= (t[version] ?? 0)) continue;
      this.#raise(version, need, row);
      // Over a gap it may have jumped past later versions: those go up too, and are looked at again.
      let last = version;
      for (; last < to && (t[last + 1] ?? 0) < (t[last] ?? 0); last++) {
        this.#raise(last + 1, t[last] ?? 0, inherited);
      }
      if (last > version) version = last;
    }
  }

  /** The last called of the `either`s that returned before `next`, or -1. */
  #needed(first: number, next: number): number {
    let latest = -1;
    let needed = -1;
    for (let entry = first; entry !== 0; entry = this.#entryNext[entry] ?? 0) {
      const row = this.#entryRow[entry] ?? 0;
      const from = this.#call[row] ?? 0;
      if ((this.#return[row] ?? 0) >= next || from <= latest) continue;
      latest = from;
      needed = row;
    }
    return needed;
  }

  /** The writer that can have started `version` at its time, or -1. After `solve`. */
  writerOf(version: number): number {
    const sure = this.#sure[version] ?? -1;
    if (sure !== -1 || this.#first[version] === 0) return sure;
    const entry = this.#alive[version] ?? 0;
    return entry === 0 ? -1 : (this.#entryRow[entry] ?? -1);
  }

  /** From now on `solve` notes why each start is where it is, for `core`. */
  noteReasons(): void {
    this.#reasons = new Reasons();
  }

  /**
   * Rows that break the bound on their own, after a `solve` with reasons that was false: that holds
   * with the other observers dropped, and with the other writers free to act at any time after their call.
   */
  core(): Int32Array {
    const rows = new Set([this.#upRow[this.#broken] ?? 0]);
    let version = this.#broken;
    /** To be shown: `version` starts after `after`. */
    let after = this.#up[version] ?? 0;
    for (;;) {
      const reason = this.#reasons?.first(version, after);
      // Nobody can have written the version after the last.
      if (reason === undefined) break;
      if (after >= reason.bound) after = this.#exclude(version, after, rows);
      if (after === -1) break;
      if (reason.why === inherited) version--;
      else if (reason.why === bounded) {
        const row = this.#lowRow[version] ?? 0;
        // Its call counts without it, unless another writer could have come earlier.
        if (row !== this.#sure[version] || this.#hasWriterBefore(version, after)) rows.add(row);
        break;
      } else {
        rows.add(reason.why);
        version++;
        after = this.#return[reason.why] ?? 0;
      }
    }
    return Int32Array.from(rows).sort();
  }

  /**
   * Adds what keeps every writer called until `after` from having written `version`. Of those that
   * returned too early: the last return, after which the version is still to be shown to start; else -1.
   */
  #exclude(version: number, after: number, rows: Set<number>): number {
    let last = -1;
    for (let entry = this.#first[version] ?? 0; entry !== 0; entry = this.#entryNext[entry] ?? 0) {
      const row = this.#entryRow[entry] ?? 0;
      if ((this.#call[row] ?? 0) > after) break;
      if (!this.#fits(version, row)) rows.add(this.#valueRow[version] ?? 0);
      else {
        rows.add(row);
        last = Math.max(last, this.#return[row] ?? 0);
      }
    }
    return last;
  }

  #hasWriterBefore(version: number, after: number): boolean {
    const first = this.#first[version] ?? 0;
    return first !== 0 && (this.#call[this.#entryRow[first] ?? 0] ?? 0) <= after;
  }
}

/** Why a start was raised to a bound: beside these, the row of an `either`. */
const inherited = -1;
const bounded = -2;

type Reason = {
  readonly version: number;
  readonly bound: number;
  readonly start: number;
  readonly why: number;
};

/** All raises of one `solve`, in order. */
class Reasons {
  readonly #byVersion = new Map<number, Reason[]>();

  add(reason: Reason): void {
    const list = this.#byVersion.get(reason.version);
    if (list === undefined) this.#byVersion.set(reason.version, [reason]);
    else list.push(reason);
  }

  /** What first made the version start after a moment: it rests on earlier raises only. */
  first(version: number, after: number): Reason | undefined {
    return this.#byVersion.get(version)?.find(({ start }) => start > after);
  }
}
