import type { OperationTable } from "../operation-table.ts";
import { firstEndingAt } from "./summary.ts";
import type { Viewport } from "./viewport.ts";

type Lanes = Pick<
  OperationTable,
  "laneCount" | "call" | "took" | "outcome" | "process" | "laneRows"
>;

/**
 * The client that a lane belongs to in a stretch of time, as the rest of the page names it; `client 7 …`
 * where others follow it. Of a stretch in which it does nothing, its next one, or else its last one. Empty
 * while the operations are not read.
 */
export function laneName(table: Lanes, lane: number, { from, to }: Viewport): string {
  const rows = lane < table.laneCount ? table.laneRows(lane) : [];
  if (rows.length === 0) return "";
  const first = Math.min(firstEndingAt(table, rows as Int32Array, from), rows.length - 1);
  const last = Math.max(first, lastCalledBy(table, rows, to));
  const client = table.process[rows[first] as number];
  const isSame = client === table.process[rows[last] as number];
  return `client ${client}${isSame ? "" : " …"}`;
}

/** Position in `rows` of the last operation called at `ns` or before; -1 if there is none. */
function lastCalledBy({ call }: Lanes, rows: ArrayLike<number>, ns: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((call[rows[middle] as number] as number) <= ns) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
