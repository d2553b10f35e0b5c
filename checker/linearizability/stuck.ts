import type { Model, Operation } from "../model.ts";
import { never, type Operations, operationAt } from "../operations.ts";

/** Where a search had to stop: what it had not settled yet. */
export type Stuck = {
  /** The operation that has to be ordered next, by return; null when all are. */
  readonly due: string | null;
  /** What else was under way when it returned, at most `shownMax` of it, in the order of calls. */
  readonly underWay: readonly string[];
  readonly underWayCount: number;
};

const shownMax = 16;

/** The operations open at the return that a search of `rows` could not pass, `ordered` returns being passed. */
export function stuckAt(
  model: Model,
  operations: Operations,
  rows: Int32Array,
  ordered: number,
): Stuck {
  const returnOf = (row: number): number => operations.return[row] ?? never;
  const due = rows
    .filter((row) => returnOf(row) !== never)
    .sort((a, b) => returnOf(a) - returnOf(b))[ordered];
  if (due === undefined) return { due: null, underWay: [], underWayCount: 0 };
  const end = returnOf(due);
  const open = rows.filter(
    (row) => row !== due && (operations.call[row] ?? 0) < end && returnOf(row) > end,
  );
  const tell = (row: number): string => describe(model, operationAt(operations, row));
  const underWay = Array.from(open.subarray(0, shownMax), tell);
  return { due: tell(due), underWay, underWayCount: open.length };
}

function describe(model: Model, operation: Operation): string {
  return `op ${operation.index} (${model.describeOperation(operation)})`;
}
