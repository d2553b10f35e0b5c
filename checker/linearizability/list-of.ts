import type { Operation } from "../model.ts";
import { never, type Operations } from "../operations.ts";
import { toColumns } from "../operations-of.ts";

/** A list of operations as columns, for the search. */
export type ListedOperations = {
  readonly operations: Operations;
  readonly rows: Int32Array;
  /** Place in the list, by row. */
  readonly places: Int32Array;
  operationOf(row: number): Operation;
};

/**
 * Operations in any order, with any numbers as positions: of equal ones calls come before returns, so that
 * intervals are closed.
 */
export function listOf(list: readonly Operation[]): ListedOperations {
  const places = Int32Array.from(list, (_, place) => place);
  if (!isInOrder(list)) places.sort((a, b) => (list[a]?.call ?? 0) - (list[b]?.call ?? 0));
  const sorted = Array.from(places, (place) => list[place] as Operation);
  const positioned = hasPositions(list) ? sorted : withPositions(sorted);
  return {
    operations: toColumns(positioned),
    rows: Int32Array.from(list, (_, row) => row),
    places,
    operationOf: (row) => sorted[row] as Operation,
  };
}

function isInOrder(list: readonly Operation[]): boolean {
  return list.every(({ call }, place) => place === 0 || (list[place - 1]?.call ?? 0) <= call);
}

function hasPositions(list: readonly Operation[]): boolean {
  const isPosition = (at: number): boolean => Number.isInteger(at) && at >= 0 && at < never;
  return list.every(
    ({ call, return: end }) => isPosition(call) && (end === Infinity || isPosition(end)),
  );
}

function withPositions(list: readonly Operation[]): Operation[] {
  const times = list.flatMap(({ call, return: end }) => [call, end]);
  const distinct = [...new Set(times.filter(Number.isFinite))].sort((a, b) => a - b);
  const ranks = new Map(distinct.map((time, rank) => [time, rank]));
  return list.map((operation) => {
    const call = ranks.get(operation.call) ?? 0;
    return { ...operation, call, return: ranks.get(operation.return) ?? Infinity };
  });
}
