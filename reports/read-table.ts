import { readHistory } from "porcupine-ts/node";
import type { OperationTable } from "./operation-table.ts";
import { tableOf } from "./table-builder.ts";

/** Reads the operations of a history file. */
export async function readTable(file: string): Promise<OperationTable> {
  const { ops } = await readHistory(file);
  return tableOf(ops);
}
