import type { Model, Operation } from "../model.ts";

/** Whether an operation may also never have taken effect. */
export function isOptional(model: Model, { outcome }: Operation): boolean {
  return outcome === "open" || (outcome === "maybe" && model.maybeIsEvaluated !== true);
}

/**
 * Whether the operations of one partition are linearizable, by trying every order: the oracle of all
 * engines. Straight from the definition, without any of their reductions; for up to about nine operations.
 */
export function isLinearizable(
  model: Model,
  operations: readonly Operation[],
  mayNeverHappen: (operation: Operation) => boolean = (operation) => isOptional(model, operation),
): boolean {
  const before = operations.map((operation) =>
    maskOf(operations, (other) => other.return < operation.call),
  );
  const needed = maskOf(operations, (operation) => !mayNeverHappen(operation));

  /** Whether the operations in the mask `left` can be ordered after what led to `state`. */
  function canFinish(state: unknown, left: number): boolean {
    if ((left & needed) === 0) return true;
    for (let place = 0; place < operations.length; place++) {
      const operation = operations[place] as Operation;
      const own = 1 << place;
      const earlier = before[place] ?? 0;
      if ((left & own) === 0 || (left & earlier & needed) !== 0) continue;
      const next = model.step(state, operation);
      // Who returned before this call and has not happened by now never will.
      if (next !== undefined && canFinish(next, left & ~own & ~earlier)) return true;
    }
    return false;
  }
  return canFinish(model.init(), (1 << operations.length) - 1);
}

function maskOf(operations: readonly Operation[], isIn: (operation: Operation) => boolean): number {
  return operations.reduce(
    (mask, operation, place) => mask | (isIn(operation) ? 1 << place : 0),
    0,
  );
}
