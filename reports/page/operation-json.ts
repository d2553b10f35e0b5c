import type { OperationTable } from "../operation-table.ts";
import type { PairedOperation } from "../operations.ts";

/** One operation on one line; times in nanoseconds since the run began, null = never answered. */
export function operationJson(operation: PairedOperation): string {
  const { index, process, f, key, input, outcome, output, error, node, call } = operation;
  const fields = { index, process, f, key, input, outcome, output, error, node, call };
  return JSON.stringify({ ...fields, return: operation.return });
}

/** More of them no clipboard is for. */
export const copiedMax = 100_000;

/** The operations of these rows as JSON lines, each ended by a newline. */
export function operationLines(table: OperationTable, rows: Iterable<number>): string {
  let lines = "";
  for (const row of rows) lines += `${operationJson(table.at(row))}\n`;
  return lines;
}

/** The rows that run at some time from `from` to `to` and match; `mask` null = all match. */
export function rowsDuring(
  table: OperationTable,
  { from, to }: { readonly from: number; readonly to: number },
  mask: Uint8Array | null,
): Int32Array {
  const { call, took } = table;
  const found = new Int32Array(table.size);
  let count = 0;
  for (let row = 0; row < table.size; row++) {
    const at = call[row] as number;
    if (at > to) break;
    if (mask !== null && mask[row] === 0) continue;
    const lasted = took[row] as number;
    if (lasted >= 0 && at + lasted < from) continue;
    found[count++] = row;
  }
  return found.subarray(0, count);
}
