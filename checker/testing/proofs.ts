import type { Model, Operation } from "../model.ts";
import { isLinearizable, isOptional } from "./brute-force.ts";

// Certificates checked straight from their definitions, by nothing that made them.

/** What is wrong with an order of the operations of one partition, or null: it is a linearization. */
export function witnessProblem(
  model: Model,
  operations: readonly Operation[],
  order: readonly Operation[],
): string | null {
  let state = model.init();
  let latestCall = -Infinity;
  for (const operation of order) {
    if (!operations.includes(operation)) return "orders what is not there";
    if (operation.return < latestCall) return `op ${operation.index} comes too late`;
    latestCall = Math.max(latestCall, operation.call);
    const next = model.step(state, operation);
    if (next === undefined) return `op ${operation.index} is not possible there`;
    state = next;
  }
  if (new Set(order).size !== order.length) return "orders an operation twice";
  const missing = operations.find((op) => !isOptional(model, op) && !order.includes(op));
  return missing === undefined ? null : `op ${missing.index} is missing`;
}

/**
 * Whether the history stays non-linearizable when only `core` is kept exactly (DESIGN 10): every other
 * observer is dropped, every other mutation may take effect at any time after its call, or never.
 */
export function isCore(
  model: Model,
  operations: readonly Operation[],
  core: ReadonlySet<Operation>,
): boolean {
  const relaxed = new Set<Operation>();
  const history = operations.flatMap((operation) => {
    if (core.has(operation)) return [operation];
    if (model.isObserver(operation)) return [];
    const free = { ...operation, return: Infinity };
    relaxed.add(free);
    return [free];
  });
  return !isLinearizable(model, history, (op) => relaxed.has(op) || isOptional(model, op));
}
