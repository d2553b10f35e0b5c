import type { Op } from "./history.ts";
import type { Operation } from "./model.ts";
import { never, type Operations, outcomes } from "./operations.ts";
import { OperationsBuilder } from "./operations-builder.ts";
import { pairOperations } from "./pairing.ts";

/**
 * The operations of a history as columns, with times and nodes. Throws `HistoryError` like
 * `pairOperations`.
 */
export function operationsOf(ops: readonly Op[]): Operations {
  let operations = known.get(ops);
  if (operations === undefined) {
    operations = toColumns(pairOperations(ops), ops);
    known.set(ops, operations);
  }
  return operations;
}

/** Several checkers ask for the same history, which never changes. */
const known = new WeakMap<readonly Op[], Operations>();

/** Operations in the order of their calls as columns; with times and nodes where `ops` is given. */
export function toColumns(list: readonly Operation[], ops: readonly Op[] = []): Operations {
  const builder = new OperationsBuilder();
  for (const operation of list) {
    const row = builder.addRow();
    builder.index[row] = operation.index;
    builder.process[row] = operation.process;
    builder.f[row] = builder.functions.intern(operation.f);
    if (operation.key !== undefined) builder.key[row] = builder.keys.intern(operation.key);
    builder.setInput(row, operation.input);
    builder.setOutput(row, operation.output);
    builder.error[row] = builder.errors.intern(operation.error ?? "");
    builder.outcome[row] = outcomes[operation.outcome];
    builder.call[row] = operation.call;
    builder.return[row] = operation.return === Infinity ? never : operation.return;
    if (ops.length === 0) continue;
    builder.callTime[row] = ops[operation.call]?.time ?? NaN;
    const completion = ops[operation.return];
    if (completion === undefined) continue;
    builder.returnTime[row] = completion.time;
    if (completion.node !== undefined) builder.node[row] = builder.nodes.intern(completion.node);
  }
  return builder.finish();
}
