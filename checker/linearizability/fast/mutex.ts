import { never, type Operations, outcomes } from "../../operations.ts";
import type { FastDecision, FastPath } from "../fast-path.ts";
import { orderOf } from "./moments.ts";
import { VersionTimes } from "./version-times.ts";
import { findConflict, sortByKey } from "./zones.ts";

/**
 * Decides `mutex`: an acquire and the next release by the same process are a session, from the return
 * of the one to the call of the other the lock is certainly held, and sessions can be ordered iff no two of
 * these overlap (as zones of a register do not). A release of unknown outcome ends its session: that only
 * helps the others. An acquire of unknown outcome, whose process never acts again, is left out.
 *
 * The order of the sessions is then the only one, so `held` is checked exactly against the least start
 * times of "held" and "free" in turn; there the acquires and releases of unknown outcome count.
 *
 * Left to the search: a `held` that no such times explain, and a process that acts after an unknown
 * outcome or while it waits.
 */
export const fastPath: FastPath = {
  name: "sessions",
  prepare: (operations) => {
    const path = new Mutex(operations);
    return (rows) => path.decide(rows);
  },
};

type Session = {
  readonly acquire: number;
  /** Row of the release, or -1. */
  release: number;
};

type Sessions = {
  readonly all: readonly Session[];
  /** Acquires of unknown outcome. */
  readonly open: readonly number[];
  /** Refused as `held`. */
  readonly held: readonly number[];
  readonly core: readonly number[] | null;
};

class Mutex {
  readonly #operations: Operations;
  readonly #acquire: number;
  readonly #held: number;
  readonly #times: VersionTimes;

  constructor(operations: Operations) {
    this.#operations = operations;
    this.#acquire = operations.functions.indexOf("acquire");
    this.#held = operations.errors.indexOf("held");
    this.#times = new VersionTimes(operations);
  }

  decide(rows: Int32Array): FastDecision | null {
    const sessions = this.#read(rows);
    if (sessions === null) return null;
    if (sessions.core !== null) return invalid(sessions.core);
    const order = this.#sort(sessions.all);
    if (!Array.isArray(order)) return invalid(this.#span(rows, order.conflict));
    if (!this.#place(rows, order, sessions)) return null;
    return { verdict: "valid", witness: () => this.#witness(rows) };
  }

  /** Sessions in the order of their acquires; null when a process is not what it should be. */
  #read(rows: Int32Array): Sessions | null {
    const { f, outcome, process, error, call, return: end } = this.#operations;
    const all: Session[] = [];
    const open: number[] = [];
    const held: number[] = [];
    const current = new Map<number, Session>();
    const lastRows = new Map<number, number>();
    for (const row of rows) {
      const own = process[row] ?? 0;
      const before = lastRows.get(own);
      if (before !== undefined) {
        const isRetired = (outcome[before] ?? 0) > outcomes.refused;
        if (isRetired || (end[before] ?? 0) > (call[row] ?? 0)) return null;
      }
      lastRows.set(own, row);
      const session = current.get(own);
      const ending = outcome[row] ?? 0;
      if (ending === outcomes.refused) {
        if (error[row] === this.#held) held.push(row);
      } else if (f[row] === this.#acquire) {
        if (ending !== outcomes.ok) {
          // Nobody else can have released what it holds.
          if (session === undefined) open.push(row);
          continue;
        }
        if (session !== undefined) return { all, open, held, core: this.#own(rows, row) };
        const fresh: Session = { acquire: row, release: -1 };
        all.push(fresh);
        current.set(own, fresh);
      } else if (session !== undefined) {
        session.release = row;
        current.delete(own);
      } else if (ending === outcomes.ok) return { all, open, held, core: this.#own(rows, row) };
    }
    return { all, open, held, core: null };
  }

  /**
   * Rows that show that a process has one acquire or release too many: it has acquired or released as
   * often as that, and had the occasion less often, up to `last`.
   */
  #own(rows: Int32Array, last: number): number[] {
    const { f, outcome, process } = this.#operations;
    const isSame = (row: number): boolean =>
      process[row] === process[last] && f[row] === f[last] && outcome[row] === outcomes.ok;
    return Array.from(rows).filter((row) => row <= last && isSame(row));
  }

  #sort(all: readonly Session[]): Session[] | { readonly conflict: readonly Session[] } {
    const { call, return: end } = this.#operations;
    const first = Int32Array.from(all, ({ acquire }) => end[acquire] ?? 0);
    const last = Int32Array.from(all, ({ release }) => {
      return release === -1 ? never : (call[release] ?? 0);
    });
    const ids = Int32Array.from(all, (_, id) => id);
    sortByKey(ids, first);
    const conflict = findConflict(ids, first, last);
    const at = (id: number): Session => all[id] as Session;
    return conflict === null ? Array.from(ids, at) : { conflict: conflict.map(at) };
  }

  /**
   * Both acquires, and earlier releases by the same processes: left open, one of these could end a
   * session that the process has entered again. The calls of the releases count as they are.
   */
  #span(rows: Int32Array, conflict: readonly Session[]): readonly number[] {
    const { f, outcome, process } = this.#operations;
    return conflict.flatMap(({ acquire }) => {
      const earlier = Array.from(rows).filter(
        (row) =>
          row < acquire &&
          process[row] === process[acquire] &&
          f[row] !== this.#acquire &&
          outcome[row] === outcomes.ok,
      );
      return [...earlier, acquire];
    });
  }

  /** Finds when the lock was held: version 2k - 1 is the k-th session, 2k is free. False if it cannot. */
  #place(rows: Int32Array, order: readonly Session[], { open, held }: Sessions): boolean {
    const { call, return: end, outcome } = this.#operations;
    const times = this.#times;
    times.begin(rows.length + 4, rows.length);
    order.forEach(({ acquire, release }, place) => {
      times.sure(2 * place + 1, acquire);
      if (release === -1) return;
      const isLast = place === order.length - 1;
      // The last session may last for ever when nobody knows what became of its release.
      if (outcome[release] === outcomes.ok || !isLast) times.sure(2 * place + 2, release);
      else times.writer(2 * place + 2, release);
    });
    for (const row of open) times.writer(2 * order.length + 1, row);
    for (const row of held) {
      // Only one time between two sessions can be the whole of its own.
      const free = countWhile(order.length, (place) => {
        const release = order[place]?.release ?? -1;
        return release !== -1 && (call[release] ?? 0) < (call[row] ?? 0);
      });
      const after = order[free]?.acquire;
      if (after !== undefined && (end[after] ?? 0) < (end[row] ?? 0)) continue;
      if (free === 0) times.up(1, row);
      else times.either(2 * free, row);
    }
    return times.solve(0, rows.length + 2);
  }

  #witness(rows: Int32Array): Int32Array {
    const sessions = this.#read(rows);
    const order = sessions === null ? null : this.#sort(sessions.all);
    if (sessions === null || !Array.isArray(order)) throw new Error("what was decided stays so");
    this.#place(rows, order, sessions);
    const { t } = this.#times;
    const top = rows.length + 2;
    const { call, return: end, outcome } = this.#operations;
    const versions = new Map<number, number>();
    for (let version = 1; version <= top; version++) {
      const row = this.#times.writerOf(version);
      if (row !== -1 && (t[version] ?? never) < never) versions.set(row, version);
    }
    const held = new Set(sessions.held);
    const startOf = (version: number): number => t[Math.min(version, top + 1)] ?? never;
    return orderOf(rows, (row) => {
      const from = call[row] ?? 0;
      const made = versions.get(row);
      if (made !== undefined) return { row, time: startOf(made), version: made, isWrite: true };
      if (outcome[row] !== outcomes.refused) return null;
      let version = 0;
      if (held.has(row)) {
        // The first session that had not ended at its call.
        version = 1 + 2 * countWhile(top, (place) => startOf(2 * place + 2) < from);
      }
      const time = Math.max(from, startOf(version));
      return { row, time: Math.min(time, end[row] ?? 0), version, isWrite: false };
    });
  }
}

/** How many of the places from 0 on hold, where none does after one that does not. */
function countWhile(places: number, holds: (place: number) => boolean): number {
  let low = 0;
  let high = places;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function invalid(core: readonly number[]): FastDecision {
  const rows = Int32Array.from(new Set(core)).sort();
  return { verdict: "invalid", core: () => rows };
}
