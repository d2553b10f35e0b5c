import { HistoryError } from "./errors.ts";
import type { Model, Operation } from "./model.ts";
import { type Operations, operationAt } from "./operations.ts";

/** Throws a `HistoryError` for an operation that the model does not know or cannot read. */
export function refuseForeign(model: Model, operation: Operation): void {
  const { index, f } = operation;
  const known = model.functions;
  const problem = isKnownTo(model, f)
    ? model.malformed?.(operation)
    : `model ${model.name} has no "${f}", expected one of: ${known.join(", ")}`;
  if (problem !== undefined) throw new HistoryError(`op ${index}: ${problem}`, { index });
}

/** The same for all operations, the first foreign one counts; by their columns as far as these tell. */
export function refuseForeignRows(model: Model, operations: Operations): void {
  const { count, f, functions } = operations;
  const isKnown = functions.map((name) => isKnownTo(model, name));
  const isReadable = model.malformed === undefined ? () => true : model.readable?.(operations);
  for (let row = 0; row < count; row++) {
    if (isKnown[f[row] ?? 0] === true && isReadable?.(row) === true) continue;
    refuseForeign(model, operationAt(operations, row));
  }
}

/** A model without a list takes every function for its own. */
function isKnownTo({ functions }: Model, f: string): boolean {
  return functions.length === 0 || functions.includes(f);
}
