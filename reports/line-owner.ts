import type { OperationTable } from "./operation-table.ts";

/**
 * The `index` of the operation that a line of the history belongs to: its call or, as completions stand in
 * the order of their times between two calls, its completion. The same number where that is not certain, as
 * among lines of the nemesis or completions at one moment.
 */
export function ownerOfLine(table: OperationTable, index: number): number {
  if (table.rowOf(index) !== -1) return index;
  const { before, after } = callsAround(table, index);
  if (before === -1) return index;
  const from = table.call[before] as number;
  const to = after === -1 ? Number.POSITIVE_INFINITY : (table.call[after] as number);
  const rows: number[] = [];
  for (let row = 0; row < table.size; row++) {
    const end = table.endOf(row);
    if (end >= from && end <= to && end !== Number.POSITIVE_INFINITY) rows.push(row);
  }
  const first = (table.index[before] as number) + 1;
  const isCertain = after === -1 || rows.length === (table.index[after] as number) - first;
  rows.sort((a, b) => table.endOf(a) - table.endOf(b));
  const place = index - first;
  const end = endAt(table, rows[place]);
  const isAlone = end !== endAt(table, rows[place - 1]) && end !== endAt(table, rows[place + 1]);
  return isCertain && isAlone && end !== null
    ? (table.index[rows[place] as number] as number)
    : index;
}

function endAt(table: OperationTable, row: number | undefined): number | null {
  return row === undefined ? null : table.endOf(row);
}

/** The rows of the last call before a line and of the first one after it; -1 where there is none. */
function callsAround(table: OperationTable, index: number): { before: number; after: number } {
  let before = -1;
  let after = -1;
  for (let row = 0; row < table.size; row++) {
    const one = table.index[row] as number;
    if (one < index && (before === -1 || one > (table.index[before] as number))) before = row;
    if (one > index && (after === -1 || one < (table.index[after] as number))) after = row;
  }
  return { before, after };
}
