import { never, type Operations } from "../../operations.ts";

/**
 * When the versions of one object came to be: the least solution of constraints on their start times.
 *
 * Version 0 is there from the beginning; version i starts at t(i) >= t(i-1), or never. Constraints:
 *
 * - `writer`, `sure`: t(i) is within call and return of one of its writers, or never; a sure one is alone;
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
  /** The highest version that a constraint names. */
  top: number = 0;
  readonly #call: Int32Array;
  readonly #return: Int32Array;
  readonly #argument: Int32Array;
  /** Versions that fit: constraints on higher ones are not to be made. */
  #capacity = 0;
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

  /** Forgets everything; room for versions up to `versions` and as many operations. */
  begin(versions: number): void {
    const used = this.top + 2;
    this.top = 0;
    this.#entries = 0;
    this.#reasons = null;
    if (versions > this.#capacity) {
      this.#allocate(Math.max(versions, 2 * this.#capacity));
      return;
    }
    this.#low.fill(-1, 0, used);
    this.#up.fill(never, 0, used);
    this.#sure.fill(-1, 0, used);
    this.#valueRow.fill(-1, 0, used);
    this.#first.fill(0, 0, used);
    this.#eithers.fill(0, 0, used);
  }

  #allocate(versions: number): void {
    this.#capacity = versions;
    const fresh = (value: number) => new Int32Array(versions + 3).fill(value);
    this.t = fresh(0);
    this.#low = fresh(-1);
    this.#lowRow = fresh(0);
    this.#up = fresh(never);
    this.#upRow = fresh(0);
    this.#sure = fresh(-1);
    this.#value = fresh(0);
    this.#valueRow = fresh(-1);
    this.#first = fresh(0);
    this.#last = fresh(0);
    this.#alive = fresh(0);
    this.#eithers = fresh(0);
    // An operation is a writer of one version and has found another than one.
    this.#entryRow = new Int32Array(2 * versions + 3);
    this.#entryNext = new Int32Array(2 * versions + 3);
  }

  /** `version` cannot start before the call of `row`. */
  low(version: number, row: number): void {
    const at = this.#call[row] ?? 0;
    if (version > this.top) this.top = version;
    if (at <= (this.#low[version] ?? 0)) return;
    this.#low[version] = at;
    this.#lowRow[version] = row;
  }

  /** `version` must have started at the return of `row`. */
  up(version: number, row: number): void {
    const at = this.#return[row] ?? 0;
    if (version > this.top) this.top = version;
    if (at >= (this.#up[version] ?? 0)) return;
    this.#up[version] = at;
    this.#upRow[version] = row;
  }

  /** `row` wrote `version` if anybody did, and nobody else. The other sure writer, or -1. */
  sure(version: number, row: number): number {
    const other = this.#sure[version] ?? -1;
    this.#sure[version] = row;
    this.up(version, row);
    return other;
  }

  /** `row` has seen that `version` has the value with this id. A row that has seen another, or -1. */
  value(version: number, value: number, row: number): number {
    const other = this.#valueRow[version] ?? -1;
    if (other !== -1) return this.#value[version] === value ? -1 : other;
    if (version > this.top) this.top = version;
    this.#value[version] = value;
    this.#valueRow[version] = row;
    return -1;
  }

  /** `row` may have written `version`, unless another value was seen there. In the order of calls. */
  writer(version: number, row: number): void {
    if (version > this.top) this.top = version;
    const entry = this.#enter(row, 0);
    if (this.#first[version] === 0) {
      this.#first[version] = entry;
      this.#alive[version] = entry;
    } else this.#entryNext[this.#last[version] ?? 0] = entry;
    this.#last[version] = entry;
  }

  /** `row` has found another version than `version`. */
  either(version: number, row: number): void {
    if (version > this.top) this.top = version;
    this.#eithers[version] = this.#enter(row, this.#eithers[version] ?? 0);
  }

  #enter(row: number, next: number): number {
    const entry = ++this.#entries;
    this.#entryRow[entry] = row;
    this.#entryNext[entry] = next;
    return entry;
  }

  /** Finds the least solution; false when it breaks an upper bound. Once after each `begin`. */
  solve(): boolean {
    const { t, top } = this;
    const low = this.#low;
    const up = this.#up;
    t[0] = -1;
    t[top + 1] = never;
    for (let version = 1; version <= top; version++) {
      const before = t[version - 1] ?? 0;
      const own = low[version] ?? 0;
      this.#raise(version, Math.max(before, own), before >= own ? inherited : bounded);
    }
    this.#settleEithers();
    for (let version = 1; version <= top; version++) {
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
    const call = this.#call;
    const end = this.#return;
    const sure = this.#sure[version] ?? -1;
    if (sure !== -1) {
      const from = call[sure] ?? 0;
      if (from >= bound) return from;
      return (end[sure] ?? 0) >= bound ? bound : never;
    }
    if (this.#first[version] === 0) return never;
    let entry = this.#alive[version] ?? 0;
    // Those that returned before the bound or wrote another value are out for good; of the others the first counts.
    for (; entry !== 0; entry = this.#entryNext[entry] ?? 0) {
      const row = this.#entryRow[entry] ?? 0;
      if ((end[row] ?? 0) >= bound && this.#fits(version, row)) break;
    }
    this.#alive[version] = entry;
    return entry === 0 ? never : Math.max(bound, call[this.#entryRow[entry] ?? 0] ?? 0);
  }

  #fits(version: number, row: number): boolean {
    return this.#valueRow[version] === -1 || this.#value[version] === this.#argument[row];
  }

  #settleEithers(): void {
    const { t, top } = this;
    for (let version = top; version >= 1; version--) {
      const first = this.#eithers[version] ?? 0;
      if (first === 0) continue;
      const row = this.#needed(first, t[version + 1] ?? 0);
      const need = row === -1 ? -1 : (this.#call[row] ?? 0);
      if (need <= (t[version] ?? 0)) continue;
      this.#raise(version, need, row);
      // Over a gap it may have jumped past later versions: those go up too, and are looked at again.
      let last = version;
      for (; last < top && (t[last + 1] ?? 0) < (t[last] ?? 0); last++) {
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
      // Nobody can have written a version above the top.
      if (reason === undefined) break;
      if (after >= reason.bound) after = this.#exclude(version, after, rows);
      if (after === -1) break;
      if (reason.why === inherited) version--;
      else if (reason.why === bounded) {
        rows.add(this.#lowRow[version] ?? 0);
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
    const isEarly = (row: number): boolean => (this.#call[row] ?? 0) <= after;
    const sure = this.#sure[version] ?? -1;
    if (sure !== -1 && isEarly(sure)) {
      rows.add(sure);
      return this.#return[sure] ?? 0;
    }
    let last = -1;
    for (let entry = this.#first[version] ?? 0; entry !== 0; entry = this.#entryNext[entry] ?? 0) {
      const row = this.#entryRow[entry] ?? 0;
      if (!isEarly(row)) break;
      if (sure !== -1) rows.add(sure);
      else if (!this.#fits(version, row)) rows.add(this.#valueRow[version] ?? 0);
      else {
        rows.add(row);
        last = Math.max(last, this.#return[row] ?? 0);
      }
    }
    return last;
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
