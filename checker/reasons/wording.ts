import type { Operation } from "../model.ts";

/** `get at index 812`. */
export function at({ f, index }: Operation): string {
  return `${f} at index ${index}`;
}

/** `process 3 (index 790)`. */
export function whom({ process, index }: Operation): string {
  return `process ${process} (index ${index})`;
}

export function isBefore(first: Operation, second: Operation): boolean {
  return first.return < second.call;
}

/** `790 returned before 812 was called`. */
export function orderOf(first: Operation, second: Operation): string {
  return `${first.index} returned before ${second.index} was called`;
}

export function isDone({ outcome }: Operation): boolean {
  return outcome === "ok";
}

/** The pairs of which the first returned before the second was called, latest second first. */
export function pairsInTime(core: readonly Operation[]): [Operation, Operation][] {
  const latest = [...core].sort((a, b) => b.call - a.call);
  return latest.flatMap((second) =>
    core
      .filter((first) => isBefore(first, second))
      .map((first): [Operation, Operation] => [first, second]),
  );
}

/** The pairs of different operations, in the order of calls. */
export function pairs(core: readonly Operation[]): [Operation, Operation][] {
  const byCall = [...core].sort((a, b) => a.call - b.call);
  return byCall.flatMap((second, place) =>
    byCall.slice(0, place).map((first): [Operation, Operation] => [first, second]),
  );
}

const listedMax = 6;

/** `the operations at indexes 4, 6 and 8`; of many only how many, and where they begin and end. */
export function theOperations(core: readonly Operation[]): string {
  if (core.length === 1) return `the operation at ${indexesOf(core)}`;
  if (core.length > listedMax) {
    return `the ${core.length} operations of the core (${indexesOf(core)})`;
  }
  return `the operations at ${indexesOf(core)}`;
}

/** `indexes 4, 6 and 8`; of many only `indexes 4 to 80`. */
export function indexesOf(operations: readonly Operation[]): string {
  const indexes = operations.map(({ index }) => index).sort((a, b) => a - b);
  const last = indexes.at(-1);
  if (operations.length === 1) return `index ${last}`;
  if (operations.length > listedMax) return `indexes ${indexes[0]} to ${last}`;
  return `indexes ${indexes.slice(0, -1).join(", ")} and ${last}`;
}
