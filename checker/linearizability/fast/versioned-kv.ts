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
  readonly #times: VersionTimes;
  readonly #get: number;
  readonly #noKey: number;
  /** After `refuted`: one or two rows. */
  #core: readonly number[] = [];

  constructor(operations: Operations) {
    this.#operations = operations;
    this.#times = new VersionTimes(operations);
    this.#get = operations.functions.indexOf("get");
    this.#noKey = operations.errors.indexOf("ErrNoKey");
  }

  decide(rows: Int32Array): FastDecision | null {
    const end = this.#read(rows);
    if (end === foreign) return null;
    if (end === refuted) {
      const core = Int32Array.from(this.#core).sort();
      return { verdict: "invalid", core: () => core };
    }
    if (this.#times.solve()) return { verdict: "valid", witness: () => this.#witness(rows) };
    return { verdict: "invalid", core: () => this.#findCore(rows) };
  }

  #findCore(rows: Int32Array): Int32Array {
    this.#read(rows);
    this.#times.noteReasons();
    this.#times.solve();
    return this.#times.core();
  }

  #read(rows: Int32Array): number {
    const { f, outcome, output, input } = this.#operations;
    this.#times.begin(rows.length);
    const versionMax = rows.length;
    for (let place = 0; place < versionMax; place++) {
      const row = rows[place] ?? 0;
      const ending = outcome[row] ?? 0;
      let end = readable;
      if (f[row] !== this.#get) {
        if (input.form[row] !== forms.versioned) return foreign;
        end = this.#readPut(row, ending, input.b[row] ?? 0, versionMax);
      } else if (ending === outcomes.ok) {
        if (output.form[row] !== forms.versioned) return foreign;
        end = this.#readGet(row, output.b[row] ?? 0, versionMax);
      } else if (ending === outcomes.refused) this.#times.low(1, row);
      if (end !== readable) return end;
    }
    return readable;
  }

  #readGet(row: number, version: number, versionMax: number): number {
    const value = this.#operations.output.a[row] ?? 0;
    // Each put makes at most one version; and the absent value is null.
    if (version > versionMax || (version === 0 && value !== 0)) return this.#refute(row);
    if (version > 0) {
      const other = this.#times.value(version, value, row);
      if (other !== -1) return this.#refute(other, row);
      this.#times.up(version, row);
    }
    this.#times.low(version + 1, row);
    return readable;
  }

  #readPut(row: number, ending: number, version: number, versionMax: number): number {
    const times = this.#times;
    const made = version + 1;
    if (ending === outcomes.refused) return this.#readRefused(row, version, versionMax);
    if (ending === outcomes.ok) {
      if (made > versionMax) return this.#refute(row);
      const value = this.#operations.input.a[row] ?? 0;
      const other = times.value(made, value, row);
      if (other !== -1) return this.#refute(other, row);
      const rival = times.sure(made, row);
      return rival === -1 ? readable : this.#refute(rival, row);
    }
    if (made <= versionMax) times.writer(made, row);
    if (ending !== outcomes.maybe) return readable;
    if (version === 0) times.up(1, row);
    else if (version <= versionMax) times.either(version, row);
    return readable;
  }

  #readRefused(row: number, version: number, versionMax: number): number {
    const times = this.#times;
    if (this.#operations.error[row] === this.#noKey) {
      if (version === 0) return this.#refute(row);
      times.low(1, row);
      return readable;
    }
    // Another version than 0 and than its own: of 0 and 1, that is the one after or a later one.
    const least = version <= 1 ? version + 1 : 1;
    if (least > versionMax) return this.#refute(row);
    times.up(least, row);
    if (version > 1 && version <= versionMax) times.either(version, row);
    return readable;
  }

  #refute(...core: number[]): number {
    this.#core = core;
    return refuted;
  }

  #witness(rows: Int32Array): Int32Array {
    this.#read(rows);
    this.#times.solve();
    const { t, top } = this.#times;
    const { f, outcome, output, input, error } = this.#operations;
    const { call, return: end } = this.#operations;
    const startOf = (version: number): number => t[Math.min(version, top + 1)] ?? never;
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
      if (!isRefused && made < never && this.#times.writerOf(version + 1) === row) {
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
