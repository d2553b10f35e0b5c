import { forms, never, type Operations, outcomes, valueAt } from "../operations.ts";
import { Elements, hasAnswer, listAt } from "./elements.ts";
import { anomalyAt, describeRow, type Findings } from "./findings.ts";
import type { Timeline } from "./timelines.ts";

/**
 * The adds to one set and the reads of it, by element. `append` counts as `add`: a list is a set too, in
 * which what was appended twice may stand twice.
 */
export class SetTimeline {
  readonly elements: Elements = new Elements();
  /** Row of the add that was called first; -1 for an element that nobody added. By element. */
  readonly firstAdd: number[] = [];
  /** Row of the add that was acknowledged first; -1 for none. By element. */
  readonly acknowledged: number[] = [];
  /** Rows of the reads that were answered, in the order of their calls. */
  readonly reads: number[] = [];
  /** When the last of the adds that returned did so; -1 for none. */
  lastReturn: number = -1;
  readonly #operations: Operations;
  /** How many adds of it may have happened. By element. */
  readonly attempts: number[] = [];
  /** How often a read may list it: once if it was added, as often as it was appended. By element. */
  readonly #timesMax: number[] = [];
  readonly #times: number[] = [];
  readonly #elementByAdd = new Map<number, number>();
  readonly #lists = new Map<number, Int32Array>();

  constructor(operations: Operations, { calls }: Timeline) {
    this.#operations = operations;
    const { functions, f } = operations;
    const [add, append, read] = ["add", "append", "read"].map((name) => functions.indexOf(name));
    for (let i = 0; i < calls.length; i++) {
      const row = calls[i] ?? 0;
      if (f[row] === add || f[row] === append) this.#add(row, f[row] === add);
      else if (f[row] === read && hasAnswer(operations, row)) this.reads.push(row);
    }
  }

  /** False for a key that nobody added to and whose reads answered something else than lists. */
  get isSet(): boolean {
    return this.elements.count > 0 || this.holdsLists;
  }

  get holdsLists(): boolean {
    const { output, values } = this.#operations;
    return this.reads.every((row) => Array.isArray(valueAt(values, output, row) ?? []));
  }

  /** The element of each add that may have happened, by its row. */
  elementByAdd(): ReadonlyMap<number, number> {
    return this.#elementByAdd;
  }

  /** The elements that a read listed, in its order. */
  listAt(row: number): Int32Array {
    const { form, a } = this.#operations.output;
    // Reads that answered the same are one list.
    const name = form[row] === forms.plain ? (a[row] ?? 0) : -1 - row;
    let list = this.#lists.get(name);
    if (list === undefined) {
      list = Int32Array.from(listAt(this.#operations, row), (element) => this.#idOf(element));
      this.#lists.set(name, list);
    }
    return list;
  }

  /** Whether the element was asked for at all before `row` returned. */
  isPossible(element: number, row: number): boolean {
    const { call, return: returned } = this.#operations;
    const add = this.firstAdd[element] ?? -1;
    return add >= 0 && (call[add] ?? 0) < (returned[row] ?? 0);
  }

  /** Elements that a read lists too often, each once. */
  repeatedAt(row: number): number[] {
    const repeated: number[] = [];
    const list = this.listAt(row);
    for (const element of list) this.#times[element] = 0;
    for (const element of list) {
      const times = (this.#times[element] ?? 0) + 1;
      this.#times[element] = times;
      if (times === Math.max(1, this.#timesMax[element] ?? 0) + 1) repeated.push(element);
    }
    return repeated;
  }

  #add(row: number, isSet: boolean): void {
    const { outcome, input, values, return: returned } = this.#operations;
    if (outcome[row] === outcomes.refused) return;
    const element = this.#idOf(valueAt(values, input, row));
    this.#elementByAdd.set(row, element);
    if (this.firstAdd[element] === -1) this.firstAdd[element] = row;
    this.attempts[element] = (this.attempts[element] ?? 0) + 1;
    this.#timesMax[element] = isSet ? 1 : (this.#timesMax[element] ?? 0) + 1;
    if (outcome[row] === outcomes.open) return;
    const at = returned[row] ?? 0;
    this.lastReturn = Math.max(this.lastReturn, at);
    if (outcome[row] !== outcomes.ok) return;
    const first = this.acknowledged[element] ?? -1;
    if (first === -1 || at < (returned[first] ?? 0)) this.acknowledged[element] = row;
  }

  #idOf(value: unknown): number {
    const id = this.elements.idOf(value);
    if (id === this.firstAdd.length) {
      this.firstAdd.push(-1);
      this.acknowledged.push(-1);
      this.attempts.push(0);
      this.#timesMax.push(0);
      this.#times.push(0);
    }
    return id;
  }
}

/** Elements that no correct set answers, whatever it lost: each is found once. */
export class Impossible {
  readonly duplicated: Set<number> = new Set();
  readonly phantom: Set<number> = new Set();
  readonly #operations: Operations;
  readonly #set: SetTimeline;
  readonly #findings: Findings;

  constructor(operations: Operations, set: SetTimeline, findings: Findings) {
    this.#operations = operations;
    this.#set = set;
    this.#findings = findings;
  }

  /** Looks through what one read answered. */
  inspect(row: number): void {
    const set = this.#set;
    for (const element of set.repeatedAt(row)) {
      if (!this.duplicated.has(element)) this.#report("duplicate", this.duplicated, element, row);
    }
    for (const element of set.listAt(row)) {
      if (set.isPossible(element, row) || this.phantom.has(element)) continue;
      this.#report("phantom", this.phantom, element, row);
    }
  }

  #report(kind: "duplicate" | "phantom", found: Set<number>, element: number, row: number): void {
    found.add(element);
    const name = this.#set.elements.text(element);
    const add = this.#set.firstAdd[element] ?? -1;
    const expected =
      kind === "duplicate"
        ? `${name} no more often than it was added`
        : `nothing had added ${name} before that${add < 0 ? "" : " returned"}`;
    this.#findings.add(() =>
      anomalyAt(this.#operations, row, {
        kind,
        related: [add],
        expected,
        observed: describeRow(this.#operations, row),
      }),
    );
  }
}

/**
 * By element, the row of the last of `reads` that was called after `knownBy` (a row by element, -1 for
 * none) had returned and does not list it; -1 for none. `reads` come in the order of their calls.
 *
 * Goes through the reads backwards with the elements that all later ones list: no more than the next
 * read lists, hence linear in what they list.
 */
export function lastAbsences(
  { call, return: returned }: Operations,
  set: SetTimeline,
  { reads, knownBy }: { reads: readonly number[]; knownBy: ArrayLike<number> },
): Int32Array {
  const absentAt = new Int32Array(knownBy.length).fill(-1);
  const listedBy = new Int32Array(knownBy.length).fill(-1);
  let open: number[] = [];
  for (let element = 0; element < knownBy.length; element++) {
    if ((knownBy[element] ?? -1) >= 0) open.push(element);
  }
  for (let i = reads.length - 1; i >= 0 && open.length > 0; i--) {
    const read = reads[i] ?? 0;
    const at = call[read] ?? 0;
    for (const element of set.listAt(read)) listedBy[element] = read;
    const left: number[] = [];
    for (const element of open) {
      // What was not known yet at this read was not at an earlier one either.
      if ((returned[knownBy[element] ?? 0] ?? never) > at) continue;
      if (listedBy[element] === read) left.push(element);
      else absentAt[element] = read;
    }
    open = left;
  }
  return absentAt;
}

/** The longest read of a list, and where each element stands in it: -1 if it is not there, or there twice. */
export function positionsInLongest(list: SetTimeline): {
  readonly longest: Int32Array;
  readonly positions: Int32Array;
} {
  let longest: Int32Array = new Int32Array(0);
  for (const read of list.reads) {
    const seen = list.listAt(read);
    if (seen.length > longest.length) longest = seen;
  }
  const positions = new Int32Array(list.elements.count).fill(-1);
  const times = new Uint8Array(positions.length);
  for (const [position, element] of longest.entries()) {
    const isFirst = times[element] === 0;
    times[element] = 1;
    positions[element] = isFirst ? position : -1;
  }
  return { longest, positions };
}
