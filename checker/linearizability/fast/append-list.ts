import { forms, never, type Operations, outcomes, valueAt } from "../../operations.ts";
import type { FastDecision, FastPath } from "../fast-path.ts";
import { orderOf } from "./moments.ts";

/**
 * Decides `append-list` where every element that was seen was appended once.
 *
 * All reads have to be prefixes of the longest one, which gives each element seen its place; element i
 * cannot be there before the call of its append nor before its predecessor, nor before a read of i - 1
 * elements was called, and must be there by the return of its append and of each read of i. Acknowledged
 * appends that nobody saw come after them all, others that nobody saw are left out. The earliest times
 * that keep the lower bounds decide. Linear in the elements of all different lists read.
 *
 * Left to the search: an element seen and appended twice, and elements that are arrays or objects.
 */
export const fastPath: FastPath = {
  name: "prefixes",
  prepare: (operations) => {
    const path = new AppendList(operations);
    return (rows) => path.decide(rows);
  },
};

/** A bound on a time, and the row that it comes from. */
type Bound = { readonly at: number; readonly row: number };

type Layout = {
  /** By place in the longest list, from 1: the row that appended the element there. */
  readonly writers: readonly number[];
  /** When the element of this place is there at the earliest, and the row that says so. */
  readonly earliest: readonly Bound[];
  readonly unseen: readonly number[];
};

class AppendList {
  readonly #operations: Operations;
  readonly #append: number;
  /** Lists by form and ids, as they are read again and again. */
  readonly #lists = new Map<number, readonly unknown[] | null>();

  constructor(operations: Operations) {
    this.#operations = operations;
    this.#append = operations.functions.indexOf("append");
  }

  decide(rows: Int32Array): FastDecision | null {
    const longest = this.#longest(rows);
    if (longest === null) return null;
    const appends = this.#appends(rows, longest.elements);
    if (appends === null) return null;
    const broken = this.#compare(rows, longest, appends);
    if (broken !== null) return invalid(broken);
    const layout = this.#layOut(rows, longest.elements, appends);
    const late = this.#findLate(rows, layout);
    if (late === null) return { verdict: "valid", witness: () => this.#order(rows, layout) };
    return invalid(this.#explainLate(late, layout, longest.row));
  }

  /** The longest list read; null when one is of another form. */
  #longest(rows: Int32Array): { row: number; elements: readonly unknown[] } | null {
    let row = -1;
    let elements: readonly unknown[] = [];
    for (const read of rows) {
      if (!this.#isRead(read)) continue;
      const list = this.#listAt(read);
      if (list === null) return null;
      if (list.length <= elements.length) continue;
      elements = list;
      row = read;
    }
    return { row, elements };
  }

  /** A read that saw something. */
  #isRead(row: number): boolean {
    const { f, outcome } = this.#operations;
    return f[row] !== this.#append && (outcome[row] ?? 0) <= outcomes.refused;
  }

  #listAt(row: number): readonly unknown[] | null {
    const { output, outcome, values } = this.#operations;
    const form = output.form[row];
    if (outcome[row] !== outcomes.ok || form === forms.none) return [];
    if (form === forms.pair) return valueAt(values, output, row) as readonly unknown[];
    if (form !== forms.plain) return null;
    const id = output.a[row] ?? 0;
    let list = this.#lists.get(id);
    if (list === undefined) {
      const value = values.value(id) ?? [];
      list = Array.isArray(value) ? value : null;
      this.#lists.set(id, list);
    }
    return list;
  }

  /** Appends by element; null when one that was seen is there twice, or is not a plain value. */
  #appends(rows: Int32Array, seen: readonly unknown[]): Map<unknown, number> | null {
    const { f, outcome, input, values } = this.#operations;
    const appends = new Map<unknown, number>();
    const twice = new Set<unknown>();
    for (const row of rows) {
      if (f[row] !== this.#append || outcome[row] === outcomes.refused) continue;
      const element = valueAt(values, input, row) ?? null;
      if (!isPlain(element)) return null;
      if (appends.has(element)) twice.add(element);
      else appends.set(element, row);
    }
    const isClear = seen.every((element) => isPlain(element) && !twice.has(element));
    return isClear ? appends : null;
  }

  /** A core when the lists contradict each other or show what nobody appended; else null. */
  #compare(
    rows: Int32Array,
    longest: { row: number; elements: readonly unknown[] },
    appends: ReadonlyMap<unknown, number>,
  ): readonly number[] | null {
    const { elements, row } = longest;
    if (elements.some((element) => !appends.has(element))) return [row];
    // Each was appended once.
    if (new Set(elements).size < elements.length) return [row];
    const compared = new Set<readonly unknown[]>([elements]);
    for (const read of rows) {
      if (!this.#isRead(read)) continue;
      const list = this.#listAt(read) ?? [];
      if (compared.has(list)) continue;
      compared.add(list);
      if (list.some((element, place) => element !== elements[place])) return [read, row];
    }
    return null;
  }

  #layOut(
    rows: Int32Array,
    elements: readonly unknown[],
    appends: ReadonlyMap<unknown, number>,
  ): Layout {
    const { call, f, outcome } = this.#operations;
    const writers = [-1, ...elements.map((element) => appends.get(element) ?? -1)];
    const seen = new Set(writers);
    const unseen: number[] = [];
    const low: Bound[] = writers.map((row) => ({ at: row === -1 ? -1 : (call[row] ?? 0), row }));
    low.push({ at: -1, row: -1 });
    for (const row of rows) {
      if (this.#isRead(row)) {
        const place = (this.#listAt(row)?.length ?? 0) + 1;
        const at = call[row] ?? 0;
        if (at > (low[place]?.at ?? 0)) low[place] = { at, row };
      } else if (f[row] === this.#append && outcome[row] === outcomes.ok && !seen.has(row)) {
        unseen.push(row);
      }
    }
    let latest: Bound = { at: -1, row: -1 };
    const earliest = low.map((own) => {
      if (own.at > latest.at) latest = own;
      return latest;
    });
    return { writers, earliest, unseen };
  }

  /** An operation that returned before what it shows can have been there; null when all is well. */
  #findLate(rows: Int32Array, { writers, earliest, unseen }: Layout): Late | null {
    const end = this.#operations.return;
    const isLate = (row: number, place: number): boolean => {
      return (end[row] ?? never) < (earliest[place]?.at ?? -1);
    };
    for (let place = 1; place < writers.length; place++) {
      const row = writers[place] ?? 0;
      if (isLate(row, place)) return { row, place };
    }
    for (const row of rows) {
      if (!this.#isRead(row)) continue;
      const place = this.#listAt(row)?.length ?? 0;
      if (isLate(row, place)) return { row, place };
    }
    for (const row of unseen)
      if (isLate(row, writers.length)) return { row, place: writers.length };
    return null;
  }

  #explainLate({ row, place }: Late, { earliest }: Layout, longest: number): readonly number[] {
    const { f, outcome } = this.#operations;
    const cause = earliest[place]?.row ?? -1;
    const isAppend = f[row] === this.#append;
    // Calls count even where a core leaves the rest open, so an append that began too late is not needed.
    const isRead = this.#isRead(cause);
    const core = isRead ? [row, cause] : [row];
    // An append's place is known from a list that shows it, or one that should.
    if (isAppend && (!isRead || outcome[row] !== outcomes.ok)) core.push(longest);
    return core;
  }

  #order(rows: Int32Array, { writers, earliest, unseen }: Layout): Int32Array {
    const { call } = this.#operations;
    const places = new Map(writers.map((row, place) => [row, place]));
    for (const row of unseen) places.set(row, writers.length);
    return orderOf(rows, (row) => {
      const place = places.get(row);
      const from = call[row] ?? 0;
      if (place !== undefined) {
        const at = earliest[place]?.at ?? 0;
        // Those that nobody saw go in any order, none before its call.
        const time = place === writers.length ? Math.max(at, from) : at;
        return { row, time, version: place, isWrite: true };
      }
      if (this.#operations.f[row] === this.#append)
        return refusedAppend(row, from, this.#operations);
      if (!this.#isRead(row)) return null;
      const version = this.#listAt(row)?.length ?? 0;
      return { row, time: Math.max(from, earliest[version]?.at ?? 0), version, isWrite: false };
    });
  }
}

type Late = { readonly row: number; readonly place: number };

function refusedAppend(row: number, time: number, { outcome }: Operations) {
  return outcome[row] === outcomes.refused ? { row, time, version: 0, isWrite: false } : null;
}

function isPlain(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

function invalid(core: readonly number[]): FastDecision {
  const rows = Int32Array.from(new Set(core)).sort();
  return { verdict: "invalid", core: () => rows };
}
