import type { Model } from "../model.ts";
import { type Operations, operationAt } from "../operations.ts";

/**
 * Why the orders are no proof that the history is linearizable, in one sentence; null when they are one.
 *
 * An order is a list of rows; a history has one for each partition, given one after the other. It must
 * start at `init`, be legal for `step`, keep to real time (nobody comes after one that was called after
 * his return), name no operation twice, and leave out only operations that may never have happened.
 * Reads nothing but the model and the columns: it shares no code with what finds the orders. O(n).
 */
export function verifyWitness(
  model: Model,
  operations: Operations,
  orders: Iterable<Iterable<number>>,
): string | null {
  const isPlaced = new Uint8Array(operations.count);
  const parts = new Map<string | undefined, { state: unknown; lastCall: number; last: number }>();
  for (const order of orders) {
    for (const row of order) {
      if (!(row in isPlaced)) return `there is no row ${row}`;
      const operation = operationAt(operations, row);
      if (isPlaced[row] === 1) return `op ${operation.index} comes twice`;
      isPlaced[row] = 1;
      const key = model.partitionByKey ? operation.key : undefined;
      const part = parts.get(key) ?? { state: model.init(), lastCall: -1, last: -1 };
      parts.set(key, part);
      if (part.lastCall > operation.return) {
        return `op ${operation.index} comes after op ${part.last}, which was called after it returned`;
      }
      const next = model.step(part.state, operation);
      if (next === undefined) {
        return `op ${operation.index} is not possible in state ${model.describeState(part.state)}`;
      }
      part.state = next;
      if (operation.call > part.lastCall) {
        part.lastCall = operation.call;
        part.last = operation.index;
      }
    }
  }
  for (let row = 0; row < operations.count; row++) {
    const { index, outcome } = operationAt(operations, row);
    const mayBeMissing =
      outcome === "open" || (outcome === "maybe" && model.maybeIsEvaluated !== true);
    if (isPlaced[row] === 0 && !mayBeMissing) return `op ${index} is missing`;
  }
  return null;
}
