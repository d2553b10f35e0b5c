import { forms, type Operations, outcomes, type ValueColumn } from "../operations.ts";
import { hasAnswer } from "./elements.ts";
import { positionsInLongest, SetTimeline } from "./sets.ts";
import type { Timeline } from "./timelines.ts";

/** What an operation did to the version of its key, as far as that is known. */
export const roles = { none: 0, read: 1, write: 2 } as const;

/**
 * The versions that operations saw or made, as intervals on a line: x is known to be older than y iff
 * `to` of x is less than `from` of y. By row; `from` and `to` count where the role is not `none`.
 */
export type Versions = {
  readonly role: Uint8Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
};

/** What the versions of a key are: numbers, one more each, or moments at which something was written. */
export type Order = "numbers" | "moments";

export function emptyVersions({ count }: Operations): Versions {
  return {
    role: new Uint8Array(count),
    from: new Float64Array(count),
    to: new Float64Array(count),
  };
}

/**
 * Writes the versions of one key into `versions`; null if no order is known of what is done to it.
 *
 * - `get` and `put` with versions: the version itself.
 * - `append` and `read` of lists: of a read that is a prefix of the longest one, its length; of an append,
 *   the place of its element there, if it was appended once and is there once.
 * - `write` (or `put`), `cas` and `read` (or `get`) of values: from the call of the write to the first return
 *   of it or of a read that saw it; so two writes are in order only if the one was known before
 *   the other was called. Values written more than once or by nobody are passed over; null is
 *   older than all unless it was written. A `cas` counts as the write of its second value.
 */
export function findVersions(
  operations: Operations,
  timeline: Timeline,
  versions: Versions,
): Order | null {
  const { functions, f, input, output } = operations;
  const isUsed = new Set<string>();
  let isVersioned = false;
  for (const row of timeline.calls) {
    const name = functions[f[row] ?? 0] ?? "";
    isUsed.add(name);
    const form = name === "get" ? output.form[row] : name === "put" ? input.form[row] : forms.none;
    isVersioned ||= form === forms.versioned;
  }
  if (isVersioned) {
    numberVersions(operations, timeline, versions);
    return "numbers";
  }
  if (isUsed.has("append") && isUsed.has("read")) {
    numberLists(operations, timeline, versions);
    return "numbers";
  }
  if (![...isUsed].every((name) => ofRegisters.has(name))) return null;
  orderWrites(operations, timeline, versions);
  return "moments";
}

const ofRegisters: ReadonlySet<string> = new Set(["read", "get", "write", "put", "cas"]);

function numberVersions(operations: Operations, { calls }: Timeline, versions: Versions): void {
  const { functions, f, outcome, input, output } = operations;
  const [get, put] = [functions.indexOf("get"), functions.indexOf("put")];
  for (const row of calls) {
    if (f[row] === put && outcome[row] === outcomes.ok && input.form[row] === forms.versioned) {
      const version = (input.b[row] ?? 0) + 1;
      place(versions, row, { role: roles.write, from: version, to: version });
    } else if (f[row] === get && hasAnswer(operations, row)) {
      const isAbsent = outcome[row] === outcomes.refused;
      if (!isAbsent && output.form[row] !== forms.versioned) continue;
      const version = isAbsent ? 0 : (output.b[row] ?? 0);
      place(versions, row, { role: roles.read, from: version, to: version });
    }
  }
}

function numberLists(operations: Operations, timeline: Timeline, versions: Versions): void {
  const list = new SetTimeline(operations, timeline);
  const { longest, positions } = positionsInLongest(list);
  for (const [element, add] of list.acknowledged.entries()) {
    const position = positions[element] ?? -1;
    if (add < 0 || position < 0 || (list.attempts[element] ?? 0) > 1) continue;
    place(versions, add, { role: roles.write, from: position + 1, to: position + 1 });
  }
  for (const read of list.reads) {
    const seen = list.listAt(read);
    const isPrefix = seen.every((element, position) => element === longest[position]);
    const { length } = seen;
    if (isPrefix) place(versions, read, { role: roles.read, from: length, to: length });
  }
}

/** One value of a register. */
type Written = {
  /** Row of its write; -1 when there is none or more than one. */
  readonly by: number;
  /** The first return of the write or of a read that saw it. */
  knownAt: number;
};

function orderWrites(operations: Operations, { calls, returns }: Timeline, into: Versions): void {
  const { outcome, call, return: returned } = operations;
  const roleOf = rolesOfRegister(operations);
  const written = new Map<number | string, Written>();
  for (const row of calls) {
    if (roleOf(row) !== roles.write || outcome[row] === outcomes.refused) continue;
    const value = valueAtRow(operations, row, roles.write);
    const isOnly = value !== nullId && !written.has(value);
    written.set(value, { by: isOnly ? row : -1, knownAt: Infinity });
  }
  const isSure = (row: number, role: number): boolean =>
    role === roles.read ? hasAnswer(operations, row) : outcome[row] === outcomes.ok;
  for (const row of returns) {
    const role = roleOf(row);
    if (role === roles.none || !isSure(row, role)) continue;
    const value = written.get(valueAtRow(operations, row, role));
    if (value !== undefined) value.knownAt = Math.min(value.knownAt, returned[row] ?? Infinity);
  }
  for (const row of returns) {
    const role = roleOf(row);
    if (role === roles.none || !isSure(row, role)) continue;
    const name = valueAtRow(operations, row, role);
    const value = written.get(name);
    if (value === undefined) {
      if (name === nullId) place(into, row, { role, from: -1, to: -1 });
      continue;
    }
    const from = call[value.by] ?? Infinity;
    // A value that was read before it was written tells nothing.
    if (from <= value.knownAt) place(into, row, { role, from, to: value.knownAt });
  }
}

/** `Values`: 0 is null. */
const nullId = 0;

function rolesOfRegister({ functions, f }: Operations): (row: number) => number {
  const byFunction = functions.map((name) => {
    if (name === "read" || name === "get") return roles.read;
    return ["write", "put", "cas"].includes(name) ? roles.write : roles.none;
  });
  return (row) => byFunction[f[row] ?? 0] ?? roles.none;
}

/** The value that a register's operation wrote or saw, by a name that is equal iff it is. */
function valueAtRow(operations: Operations, row: number, role: number): number | string {
  const { functions, f, input, output } = operations;
  const isCas = functions[f[row] ?? 0] === "cas";
  if (isCas && input.form[row] === forms.pair) return input.b[row] ?? nullId;
  return nameAt(role === roles.write ? input : output, row);
}

function nameAt({ form, a, b }: ValueColumn, row: number): number | string {
  if (form[row] === forms.plain) return a[row] ?? nullId;
  return form[row] === forms.none ? nullId : `${form[row]} ${a[row]} ${b[row]}`;
}

function place(
  versions: Versions,
  row: number,
  { role, from, to }: { readonly role: number; readonly from: number; readonly to: number },
): void {
  versions.role[row] = role;
  versions.from[row] = from;
  versions.to[row] = to;
}
