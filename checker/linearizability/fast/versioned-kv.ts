import { forms, never, type Operations, outcomes } from "../../operations.ts";
import type { FastDecision, FastPath } from "../fast-path.ts";
import { type Moment, orderOf } from "./moments.ts";
import { VersionTimes } from "./version-times.ts";

/**
 * Decides `versioned-kv` by the least start times of its versions, see `VersionTimes`.
 *
 * A put on version j is a writer of version j + 1, alone if it was acknowledged; a get of version k means
 * that k had started by its return and k + 1 had not before its call; a refused or a `maybe` put found
 * another version, unless the latter was itself the writer. Values may repeat. Given the times, the
 * operations go in their order, and an order gives the times: exact.
 *
 * Applies to all histories whose arguments and results are `{value, version}` with 32-bit versions.
 */
export const fastPath: FastPath = {
  name: "version-times",
  prepare: (operations) => {
    const path = new VersionedKv(operations);
    return (rows) => path.decide(rows);
  },
};

/** Reading the rows goes on; or the rows are not of the form; or the core is found. */
const readable = 0;
const foreign = 1;
const refuted = 2;

class VersionedKv {
  readonly #operations: Operations;
  readonly #get: number;
  readonly #noKey: number;
  /**
   * How many rows each key has, how many of them can have made a version, and where its slots begin; the
   * first is of the rows without a key.
   */
  readonly #counts: Int32Array;
  readonly #writers: Int32Array;
  readonly #from: Int32Array;
  /** Of the whole history, all keys side by side, so that it is read once and in order. */
  readonly #all: VersionTimes;
  /** What `#all` has found out by key: `readable`, `foreign` or `refuted`; null before it is read. */
  #ends: Uint8Array | null = null;
  readonly #cores = new Map<number, readonly number[]>();
  /** Of some rows, for cores and witnesses. */
  #own: VersionTimes | null = null;
  /** The one that is being filled. */
  #times: VersionTimes;
  /** After `refuted`: one or two rows. */
  #core: readonly number[] = [];

  constructor(operations: Operations) {
    const { functions, errors, key, keys, count } = operations;
    this.#operations = operations;
    this.#get = functions.indexOf("get");
    this.#noKey = errors.indexOf("ErrNoKey");
    this.#counts = new Int32Array(keys.length + 1);
    this.#writers = new Int32Array(keys.length + 1);
    this.#from = new Int32Array(keys.length + 2);
    this.#all = new VersionTimes(operations);
    this.#times = this.#all;
    for (let row = 0; row < count; row++) {
      const slot = (key[row] ?? -1) + 1;
      this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
      if (this.#isWriter(row)) this.#writers[slot] = (this.#writers[slot] ?? 0) + 1;
    }
    for (let slot = 0; slot <= keys.length; slot++) {
      this.#from[slot + 1] = (this.#from[slot] ?? 0) + (this.#writers[slot] ?? 0) + 2;
    }
  }

  #isWriter(row: number): boolean {
    const { f, outcome } = this.#operations;
    return f[row] !== this.#get && outcome[row] !== outcomes.refused;
  }

  decide(rows: Int32Array): FastDecision | null {
    const slot = (this.#operations.key[rows[0] ?? 0] ?? -1) + 1;
    const isWhole = rows.length === this.#counts[slot];
    const end = isWhole ? this.#readAll()[slot] : this.#read(rows);
    if (end === foreign) return null;
    if (end === refuted) {
      const core = (isWhole ? this.#cores.get(slot) : null) ?? this.#core;
      return { verdict: "invalid", core: () => this.#plainest(rows, core) };
    }
    const isValid = isWhole
      ? this.#all.solve(this.#from[slot] ?? 0, this.#writers[slot] ?? 0)
      : this.#times.solve(0, this.#countWriters(rows));
    if (isValid) return { verdict: "valid", witness: () => this.#witness(rows) };
    return { verdict: "invalid", core: () => this.#findCore(rows) };
  }

  /** Where two rows disagree about a version, two puts that were both told that they made it say more. */
  #plainest(rows: Int32Array, core: readonly number[]): Int32Array {
    const [version, other] = core.map((row) => this.#versionMade(row));
    if (version !== undefined && version === other) {
      const { f, outcome } = this.#operations;
      const makers = rows.filter(
        (row) =>
          f[row] !== this.#get &&
          outcome[row] === outcomes.ok &&
          this.#versionMade(row) === version,
      );
      if (makers.length > 1) return makers.subarray(0, 2);
    }
    return Int32Array.from(core).sort();
  }

  /** The version that an acknowledged row read or made. */
  #versionMade(row: number): number {
    const { f, output, input } = this.#operations;
    return f[row] === this.#get ? (output.b[row] ?? 0) : (input.b[row] ?? 0) + 1;
  }

  #findCore(rows: Int32Array): Int32Array {
    this.#read(rows);
    this.#times.noteReasons();
    this.#times.solve(0, this.#countWriters(rows));
    return this.#times.core();
  }

  #countWriters(rows: Int32Array): number {
    let writers = 0;
    for (const row of rows) if (this.#isWriter(row)) writers++;
    return writers;
  }

  #readAll(): Uint8Array {
    this.#times = this.#all;
    if (this.#ends !== null) return this.#ends;
    const { count, key } = this.#operations;
    const ends = new Uint8Array(this.#counts.length);
    this.#all.begin(this.#from[this.#counts.length] ?? 0, count);
    for (let row = 0; row < count; row++) {
      const slot = (key[row] ?? -1) + 1;
      if (ends[slot] !== readable) continue;
      const end = this.#readRow(row, this.#from[slot] ?? 0, this.#writers[slot] ?? 0);
      if (end === readable) continue;
      ends[slot] = end;
      this.#cores.set(slot, this.#core);
    }
    this.#ends = ends;
    return ends;
  }

  #read(rows: Int32Array): number {
    this.#own ??= new VersionTimes(this.#operations);
    this.#times = this.#own;
    const writers = this.#countWriters(rows);
    this.#times.begin(writers + 2, rows.length);
    for (const row of rows) {
      const end = this.#readRow(row, 0, writers);
      if (end !== readable) return end;
    }
    return readable;
  }

  /** `from`: slot of version 0; `versionMax`: each put makes at most one version. */
  #readRow(row: number, from: number, versionMax: number): number {
    const { f, outcome, output, input } = this.#operations;
    const ending = outcome[row] ?? 0;
    if (f[row] !== this.#get) {
      if (input.form[row] !== forms.versioned) return foreign;
      const version = input.b[row] ?? 0;
      if (ending === outcomes.refused) return this.#readRefused(row, from, version, versionMax);
      return this.#readPut(row, ending, from, version, versionMax);
    }
    if (ending === outcomes.ok) {
      if (output.form[row] !== forms.versioned) return foreign;
      return this.#readGet(row, from, output.b[row] ?? 0, versionMax);
    }
    if (ending === outcomes.refused) this.#times.low(from + 1, row);
    return readable;
  }

  #readGet(row: number, from: number, version: number, versionMax: number): number {
    const value = this.#operations.output.a[row] ?? 0;
    // The absent value is null.
    if (version > versionMax || (version === 0 && value !== 0)) return this.#refute(row);
    const slot = from + version;
    if (version > 0) {
      const other = this.#times.value(slot, value, row);
      if (other !== -1) return this.#refute(other, row);
      this.#times.up(slot, row);
    }
    this.#times.low(slot + 1, row);
    return readable;
  }

  #readPut(row: number, ending: number, from: number, version: number, versionMax: number): number {
    const times = this.#times;
    const made = from + version + 1;
    if (ending === outcomes.ok) {
      if (version >= versionMax) return this.#refute(row);
      const other = times.value(made, this.#operations.input.a[row] ?? 0, row);
      if (other !== -1) return this.#refute(other, row);
      const rival = times.sure(made, row);
      return rival === -1 ? readable : this.#refute(rival, row);
    }
    if (version < versionMax) times.writer(made, row);
    if (ending !== outcomes.maybe) return readable;
    if (version === 0) times.up(made, row);
    else if (version <= versionMax) times.either(made - 1, row);
    return readable;
  }

  #readRefused(row: number, from: number, version: number, versionMax: number): number {
    const times = this.#times;
    if (this.#operations.error[row] === this.#noKey) {
      if (version === 0) return this.#refute(row);
      times.low(from + 1, row);
      return readable;
    }
    // Another version than 0 and than its own: of 0 and 1, that is the one after or a later one.
    const least = version <= 1 ? version + 1 : 1;
    if (least > versionMax) return this.#refute(row);
    times.up(from + least, row);
    if (version > 1 && version <= versionMax) times.either(from + version, row);
    return readable;
  }

  #refute(...core: number[]): number {
    this.#core = core;
    return refuted;
  }

  #witness(rows: Int32Array): Int32Array {
    this.#read(rows);
    const times = this.#times;
    const writers = this.#countWriters(rows);
    times.solve(0, writers);
    const { t } = times;
    const { f, outcome, output, input, error } = this.#operations;
    const { call, return: end } = this.#operations;
    const startOf = (version: number): number => t[Math.min(version, writers + 1)] ?? never;
    return orderOf(rows, (row) => {
      const ending = outcome[row] ?? 0;
      const from = call[row] ?? 0;
      const see = (time: number, version: number): Moment => {
        return { row, time: Math.max(from, time), version, isWrite: false };
      };
      if (f[row] === this.#get) {
        const seen = ending === outcomes.ok ? (output.b[row] ?? 0) : 0;
        return ending === outcomes.open ? null : see(startOf(seen), seen);
      }
      const version = input.b[row] ?? 0;
      const made = startOf(version + 1);
      const isRefused = ending === outcomes.refused;
      if (!isRefused && made < never && times.writerOf(version + 1) === row) {
        return { row, time: made, version: version + 1, isWrite: true };
      }
      if (ending === outcomes.open) return null;
      if (isRefused && error[row] === this.#noKey) return see(-1, 0);
      // Another version than its own: after that one, or else before it.
      if (made <= (end[row] ?? 0)) return see(made, version + 1);
      return see(isRefused ? startOf(1) : -1, version - 1);
    });
  }
}
