import type { Model } from "../model.ts";
import { never, type Operations, operationAt, outcomes } from "../operations.ts";

/** Calls of `step` between two questions whether to stop: it may be slow. */
const callsUnasked = 16;

/**
 * How many of the operations a sequential partition can do one after the other: all of them iff it is
 * linearizable. Null when it is not sequential, or was told to stop.
 *
 * Sequential: each operation returned before the next one was called, and none of them may be left out.
 * Then real time leaves one order only, and the first operation that `step` refuses in it ends every order
 * of its prefix too. `rows` are in the order of calls.
 */
export function replay(
  model: Model,
  operations: Operations,
  rows: Int32Array,
  shouldStop: () => boolean,
): number | null {
  if (!isSequential(operations, rows)) return null;
  let state = model.init();
  for (let place = 0; place < rows.length; place++) {
    if (place % callsUnasked === callsUnasked - 1 && shouldStop()) return null;
    const next = model.step(state, operationAt(operations, rows[place] ?? 0));
    if (next === undefined) return place;
    state = next;
  }
  return rows.length;
}

function isSequential({ call, return: ends, outcome }: Operations, rows: Int32Array): boolean {
  let end = -1;
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place] ?? 0;
    // Also a `maybe` that a model takes for evaluated: nothing is gained by telling it apart.
    if (outcome[row] === outcomes.maybe || outcome[row] === outcomes.open) return false;
    if ((call[row] ?? 0) < end) return false;
    end = ends[row] ?? never;
  }
  return true;
}
