import { canonicalJson } from "../json.ts";
import type { Model, Operation } from "../model.ts";

/**
 * The operations of one partition, laid out for the search.
 *
 * A configuration of the search is "every operation whose return is before the e-th was ordered, and of
 * those under way at the e-th return, the ones in a mask". The mask has one bit a *slot*; operations that
 * are never under way together share a slot, so its size is the concurrency plus the number of open
 * operations, whatever the length of the history.
 */
export type Partition = {
  /** Completed operations by return, then the open ones by call. */
  readonly operations: readonly Operation[];
  /** Where each was in the list given. */
  readonly places: Int32Array;
  /** How many of them are completed. */
  readonly completed: number;
  readonly slots: Int32Array;
  /** 32-bit words of a mask. */
  readonly words: number;
  /** Completed operations under way at return e: `underWay[from[e]]` to `underWay[from[e + 1]]`. */
  readonly from: Int32Array;
  readonly underWay: Int32Array;
  /** How many open operations were called before return e. */
  readonly openBefore: Int32Array;
  /** 1 for an operation that may also never have happened. */
  readonly isOptional: Uint8Array;
  readonly isObserver: Uint8Array;
  /** The previous open operation with the same `f` and input, or -1. */
  readonly twin: Int32Array;
};

/** Lays out one partition. Open observers saw nothing, so they are left out. */
export function layOut(model: Model, all: readonly Operation[]): Partition {
  const returnOf = (place: number): number => all[place]?.return ?? Infinity;
  const callOf = (place: number): number => all[place]?.call ?? Infinity;
  const done: number[] = [];
  const open: number[] = [];
  for (const [place, operation] of all.entries()) {
    if (operation.return < Infinity) done.push(place);
    else if (!model.isObserver(operation)) open.push(place);
  }
  done.sort((a, b) => returnOf(a) - returnOf(b));
  open.sort((a, b) => callOf(a) - callOf(b));
  const places = Int32Array.from([...done, ...open]);
  const operations = Array.from(places, (place) => all[place] as Operation);
  const isLax = model.maybeIsEvaluated !== true;
  return {
    operations,
    places,
    completed: done.length,
    ...sweep(operations, done.length),
    isOptional: Uint8Array.from(operations, ({ outcome }) =>
      outcome === "open" || (outcome === "maybe" && isLax) ? 1 : 0,
    ),
    isObserver: Uint8Array.from(operations, (operation) => (model.isObserver(operation) ? 1 : 0)),
    twin: findTwins(operations, done.length),
  };
}

type Sweep = Pick<Partition, "slots" | "words" | "from" | "underWay" | "openBefore">;

/** Goes through the calls and returns in time order, giving out slots and noting what is under way. */
function sweep(operations: readonly Operation[], completed: number): Sweep {
  const byCall = operations.map((_, id) => id);
  byCall.sort((a, b) => callOf(operations, a) - callOf(operations, b));
  const slots = new Int32Array(operations.length);
  const from = new Int32Array(completed + 1);
  const openBefore = new Int32Array(completed);
  const underWay: number[] = [];
  const free: number[] = [];
  let active: number[] = [];
  let slotCount = 0;
  let called = 0;
  let openCount = 0;

  const call = (id: number): void => {
    slots[id] = free.pop() ?? slotCount++;
    if (id >= completed) openCount++;
    else insertSorted(active, id);
  };
  for (let e = 0; e < completed; e++) {
    const end = operations[e]?.return ?? Infinity;
    for (; called < byCall.length; called++) {
      const id = byCall[called] ?? 0;
      if (callOf(operations, id) > end) break;
      call(id);
    }
    from[e] = underWay.length;
    for (const id of active) underWay.push(id);
    openBefore[e] = openCount;
    // Sorted by return, so the one that returns is the first.
    active = active.slice(1);
    free.push(slots[e] ?? 0);
  }
  from[completed] = underWay.length;
  for (; called < byCall.length; called++) call(byCall[called] ?? 0);
  const words = Math.max(1, Math.ceil(slotCount / 32));
  return { slots, words, from, underWay: Int32Array.from(underWay), openBefore };
}

function callOf(operations: readonly Operation[], id: number): number {
  return operations[id]?.call ?? Infinity;
}

function insertSorted(sorted: number[], id: number): void {
  let at = sorted.length;
  while (at > 0 && (sorted[at - 1] ?? 0) > id) at--;
  sorted.splice(at, 0, id);
}

function findTwins(operations: readonly Operation[], completed: number): Int32Array {
  const last = new Map<string, number>();
  const twin = new Int32Array(operations.length).fill(-1);
  for (let id = completed; id < operations.length; id++) {
    const operation = operations[id];
    const name = `${operation?.f} ${canonicalJson(operation?.input)}`;
    twin[id] = last.get(name) ?? -1;
    last.set(name, id);
  }
  return twin;
}
