import type { Budget } from "../checker.ts";
import type { Model, Operation } from "../model.ts";
import { Search } from "./search.ts";

/** The first operation whose return leaves no order, and what had been called until then. */
export type Culprit = { readonly operation: Operation; readonly before: readonly Operation[] };

const probeStepsMax = 2_000_000;

/**
 * Finds the operation that cannot be ordered: the one with the earliest return such that the history up
 * to that return is not linearizable.
 *
 * Linearizability is closed under prefixes, so bisection finds it: O(log n) searches. A probe that
 * runs out of budget ends the bisection; the operation named then is a later one, still rightly invalid.
 */
export function findCulprit(
  model: Model,
  operations: readonly Operation[],
  passed: number,
  budget: Budget,
): Culprit {
  const done = operations.filter((operation) => Number.isFinite(operation.return));
  done.sort((a, b) => a.return - b.return);
  let low = passed;
  let high = done.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const search = new Search(model, cut(model, operations, done[middle]?.return ?? 0));
    const stepsMax = Math.min(probeStepsMax, budget.stepsMax);
    const result = budget.shouldStop()
      ? "exhausted"
      : search.advance(stepsMax, budget.configurationsMax);
    if (result === "invalid") high = middle;
    else if (result === "valid") low = middle + 1;
    else break;
  }
  const operation = done[high];
  if (operation === undefined) throw new Error("a partition without an order has a completed op");
  const before = operations.filter(({ call }) => call < operation.return);
  return { operation, before };
}

/** The history up to a position: what is under way there is open, and observers have seen nothing yet. */
function cut(model: Model, operations: readonly Operation[], position: number): Operation[] {
  return operations.flatMap((operation): Operation[] => {
    if (operation.call > position) return [];
    if (operation.return <= position) return [operation];
    if (model.isObserver(operation)) return [];
    const { output: _, error: __, ...rest } = operation;
    return [{ ...rest, outcome: "open", return: Infinity }];
  });
}
