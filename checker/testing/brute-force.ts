import type { Model, Operation } from "../model.ts";

/**
 * Whether the operations of one partition are linearizable, by trying every order: the oracle of the
 * search. Straight from the definition, without any of its reductions; for up to eight operations.
 */
export function isLinearizable(model: Model, operations: readonly Operation[]): boolean {
  return canFinish(model, model.init(), operations);
}

function canFinish(model: Model, state: unknown, left: readonly Operation[]): boolean {
  if (left.every((operation) => mayNeverHappen(model, operation))) return true;
  return left.some((operation) => {
    const isLate = left.some(
      (other) => other.return < operation.call && !mayNeverHappen(model, other),
    );
    if (isLate) return false;
    const next = model.step(state, operation);
    if (next === undefined) return false;
    // Who returned before this call and has not happened by now never will.
    const rest = left.filter((other) => other !== operation && other.return > operation.call);
    return canFinish(model, next, rest);
  });
}

function mayNeverHappen(model: Model, { outcome }: Operation): boolean {
  return outcome === "open" || (outcome === "maybe" && model.maybeIsEvaluated !== true);
}
