import { canonicalJson } from "../../json.ts";
import { never, type Operations, outcomes, valueAt } from "../../operations.ts";
import type { FastDecision, FastPath } from "../fast-path.ts";
import { orderOf } from "./moments.ts";

/**
 * Decides `set`, which only grows: the lists that were read have to be a chain, each within the next.
 *
 * Each list of the chain is a level. An element comes in with the first of its adds to take effect: after
 * the reads of the levels without it, before those of the levels with it. The least times that keep
 * to this and lie within call and return of some add of the element decide, as all these constraints are
 * closed under the pointwise minimum of two solutions. Exact for all histories; linear in the elements of
 * all different lists read.
 */
export const fastPath: FastPath = {
  name: "levels",
  prepare: (operations) => (rows) => new SetPath(operations).decide(rows),
};

type Element = {
  /** Adds that were not refused, in the order of calls. */
  readonly adds: number[];
  /** Of the first list that has it; for one that nobody saw, that after the last. */
  level: number;
  /** When all reads without it are over at the earliest. */
  bound: number;
  /** Since when it is there, and by which add; `never` and -1 when nobody can have added it in time. */
  time: number;
  writer: number;
};

type Level = {
  readonly size: number;
  /** Those that the level before does not have. */
  readonly elements: readonly Element[];
  /** The read of it that returned first, and the one that was called last. */
  first: number;
  last: number;
  /** Since when its elements are there. */
  time: number;
};

type Seen = { readonly row: number; readonly list: readonly Element[] };

class SetPath {
  readonly #operations: Operations;
  readonly #add: number;
  readonly #noKey: number;
  readonly #elements = new Map<string, Element>();
  /** By form and ids of the list; null for one that nobody can have seen. */
  readonly #lists = new Map<string, readonly Element[] | null>();
  readonly #levels: Level[] = [];
  readonly #levelOf = new Map<number, number>();

  constructor(operations: Operations) {
    this.#operations = operations;
    this.#add = operations.functions.indexOf("add");
    this.#noKey = operations.errors.indexOf("ErrNoKey");
  }

  decide(rows: Int32Array): FastDecision {
    const core = this.#read(rows) ?? this.#solve();
    if (core === null) return { verdict: "valid", witness: () => this.#order(rows) };
    const distinct = Int32Array.from(new Set(core)).sort();
    return { verdict: "invalid", core: () => distinct };
  }

  /** Sorts the reads into levels; rows that contradict each other, or null. */
  #read(rows: Int32Array): readonly number[] | null {
    const { f, outcome, input, values } = this.#operations;
    for (const row of rows) {
      if (f[row] !== this.#add || outcome[row] === outcomes.refused) continue;
      const name = canonicalJson(valueAt(values, input, row) ?? null);
      const known = this.#elements.get(name);
      if (known !== undefined) known.adds.push(row);
      else this.#elements.set(name, { adds: [row], level: never, bound: -1, time: -1, writer: -1 });
    }
    const seen: Seen[] = [];
    for (const row of rows) {
      if (!this.#isRead(row)) continue;
      const list = this.#listAt(row);
      if (list === null) return [row];
      seen.push({ row, list });
    }
    seen.sort((a, b) => a.list.length - b.list.length);
    for (const one of seen) {
      const known = this.#levels.at(-1);
      if (!this.#place(one)) return [one.row, known?.last ?? one.row];
    }
    for (const element of this.#elements.values()) {
      if (element.level === never) element.level = this.#levels.length;
    }
    return null;
  }

  /** A read that saw something: a refusal other than that of a key that is not there says nothing. */
  #isRead(row: number): boolean {
    const { f, outcome, error } = this.#operations;
    if (f[row] === this.#add) return false;
    const ending = outcome[row];
    return ending === outcomes.ok || (ending === outcomes.refused && error[row] === this.#noKey);
  }

  /** What a read saw; null for an element twice, or one that nobody added. */
  #listAt(row: number): readonly Element[] | null {
    const { output, outcome, values } = this.#operations;
    if (outcome[row] !== outcomes.ok) return [];
    const name = `${output.form[row]} ${output.a[row]} ${output.b[row]}`;
    let list = this.#lists.get(name);
    if (list === undefined) {
      list = this.#look(valueAt(values, output, row) ?? []);
      this.#lists.set(name, list);
    }
    return list;
  }

  #look(value: unknown): readonly Element[] | null {
    const list: Element[] = [];
    for (const one of Array.isArray(value) ? value : []) {
      const element = this.#elements.get(canonicalJson(one));
      if (element === undefined) return null;
      list.push(element);
    }
    return new Set(list).size === list.length ? list : null;
  }

  /** Puts a read on its level, the levels below being complete; false when the one below is not within it. */
  #place({ row, list }: Seen): boolean {
    const { call, return: end } = this.#operations;
    const below = this.#levels.at(-1);
    this.#levelOf.set(row, this.#levels.length);
    const elements = list.filter(({ level }) => level === never);
    if (list.length - elements.length !== (below?.size ?? 0)) return false;
    if (below !== undefined && elements.length === 0) {
      this.#levelOf.set(row, this.#levels.length - 1);
      if ((end[row] ?? 0) < (end[below.first] ?? 0)) below.first = row;
      if ((call[row] ?? 0) > (call[below.last] ?? 0)) below.last = row;
      return true;
    }
    for (const element of elements) element.level = this.#levels.length;
    this.#levels.push({ size: list.length, elements, first: row, last: row, time: -1 });
    return true;
  }

  /** Finds the least times; rows that rule them out, or null. */
  #solve(): readonly number[] | null {
    const { call, return: end } = this.#operations;
    let bound = -1;
    for (const level of this.#levels) {
      level.time = bound;
      for (const element of level.elements) {
        const late = this.#bringIn(element, bound);
        if (late !== -1) return [late, ...this.#blame(element, end[late] ?? 0)];
        level.time = Math.max(level.time, element.time);
      }
      const due = end[level.first] ?? 0;
      const last = level.elements.find(({ time }) => time > due);
      if (last !== undefined) return [level.first, ...this.#blame(last, due)];
      bound = Math.max(level.time, call[level.last] ?? 0);
    }
    const unseen = [...this.#elements.values()].filter(
      ({ level }) => level === this.#levels.length,
    );
    for (const element of unseen) {
      const late = this.#bringIn(element, bound);
      if (late !== -1) return [late, ...this.#blame(element, end[late] ?? 0)];
    }
    return null;
  }

  /** Finds the first moment from `bound` on; an acknowledged add that returned before it, or -1. */
  #bringIn(element: Element, bound: number): number {
    const { call, return: end, outcome } = this.#operations;
    const writer = element.adds.find((row) => (end[row] ?? 0) >= bound) ?? -1;
    element.bound = bound;
    element.writer = writer;
    element.time = writer === -1 ? never : Math.max(bound, call[writer] ?? 0);
    const isLate = (row: number): boolean => (end[row] ?? 0) < element.time;
    return element.adds.find((row) => outcome[row] === outcomes.ok && isLate(row)) ?? -1;
  }

  /** Rows that keep the element from being there at `after`, however free the others are. */
  #blame({ adds, level, bound }: Element, after: number): readonly number[] {
    const { call, return: end } = this.#operations;
    const early = bound > after ? [] : adds.filter((row) => (call[row] ?? 0) <= after);
    if (bound <= after && early.length === 0) return [];
    // To be shown: the reads without it are not over by then.
    const due =
      bound > after ? after : early.reduce((last, row) => Math.max(last, end[row] ?? 0), -1);
    const below = this.#levels.slice(0, level);
    const read = below.find(({ last }) => (call[last] ?? 0) > due);
    if (read !== undefined) return [...early, read.last];
    for (const { elements, last } of below) {
      const cause = elements.find(({ time }) => time > due);
      if (cause !== undefined) return [...early, last, ...this.#blame(cause, due)];
    }
    return early;
  }

  #order(rows: Int32Array): Int32Array {
    const { call, outcome } = this.#operations;
    const elementOf = new Map<number, Element>();
    for (const element of this.#elements.values()) {
      for (const row of element.adds) elementOf.set(row, element);
    }
    return orderOf(rows, (row) => {
      const from = call[row] ?? 0;
      const element = elementOf.get(row);
      if (element !== undefined) {
        const { level, time, writer } = element;
        const isNeeded = writer === row && level < this.#levels.length;
        if (outcome[row] !== outcomes.ok && !isNeeded) return null;
        return { row, time: Math.max(from, time), version: level, isWrite: true };
      }
      if ((outcome[row] ?? 0) > outcomes.refused) return null;
      // A refusal that saw nothing has no level.
      const level = this.#levelOf.get(row) ?? -1;
      const time = Math.max(from, this.#levels[level]?.time ?? -1);
      return { row, time, version: level, isWrite: false };
    });
  }
}
