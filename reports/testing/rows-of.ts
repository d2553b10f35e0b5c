import type { OperationTable } from "../operation-table.ts";
import type { LaidOperation } from "../operations.ts";

/** All operations of a small table as objects. */
export function rowsOf(table: OperationTable): LaidOperation[] {
  return Array.from({ length: table.size }, (_, row) => table.at(row));
}
