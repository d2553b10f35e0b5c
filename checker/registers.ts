import { canonicalJson, isSameJson } from "./json.ts";
import type { Explanation, LookAhead, Operation } from "./model.ts";

/** What a kind of register says of its operations. */
export type RegisterWords = {
  describe(operation: Operation): string;
  /** The value that an operation sets if it takes effect; `undefined` when it sets none. */
  valueSet(operation: Operation): unknown;
  /** The value that an operation saw for certain; `undefined` when it saw none. */
  valueSeen(operation: Operation): unknown;
};

/** A value that is set once at most must stay until all who saw it have been called. */
export function lookAheadInRegister(
  operations: readonly Operation[],
  { valueSet, valueSeen }: RegisterWords,
): LookAhead<unknown> {
  const lastCall = new Map<string, number>();
  const hasCas = operations.some(({ f }) => f === "cas");
  const writers = new Map<string, number>([["null", 1]]);
  for (const operation of operations) {
    const set = valueSet(operation);
    if (set !== undefined) {
      const value = canonicalJson(set);
      writers.set(value, (writers.get(value) ?? 0) + 1);
    }
    const seen = valueSeen(operation);
    if (seen === undefined) continue;
    const value = canonicalJson(seen);
    lastCall.set(value, Math.max(lastCall.get(value) ?? -Infinity, operation.call));
  }
  return {
    admits: () => true,
    progress: () => 0,
    limit: () => Infinity,
    neededUntil: (state) => lastCall.get(canonicalJson(state)) ?? -Infinity,
    isUnique: (state) => (writers.get(canonicalJson(state)) ?? 0) <= 1,
    isBlind: ({ f }) => f === "write" && !hasCas,
  };
}

/** Explains a register's culprit by where the value it saw came from, and what replaced it. */
export function explainRegister(
  operations: readonly Operation[],
  culprit: Operation,
  { describe, valueSet, valueSeen }: RegisterWords,
): Explanation {
  const seen = valueSeen(culprit);
  const observed = describe(culprit);
  const setters = operations.filter((other) => valueSet(other) !== undefined && other !== culprit);
  const writer = setters.filter((other) => isSameJson(valueSet(other), seen)).at(-1);
  const done = setters.filter((other) => other.outcome === "ok" && other.return < culprit.call);
  const last = done.sort((a, b) => a.return - b.return).at(-1);

  if (seen !== undefined && seen !== null && writer === undefined) {
    const expected = `nothing had written ${JSON.stringify(seen)} before that`;
    return { kind: "phantom", related: last === undefined ? [] : [last], expected, observed };
  }
  const other = operations
    .filter((one) => one.return < culprit.call && valueSeen(one) !== undefined)
    .find((one) => !isSameJson(valueSeen(one), seen));
  if (seen !== undefined && last === undefined && other !== undefined) {
    return {
      kind: "stale-read",
      related: writer === undefined ? [other] : [writer, other],
      expected: `what ${describe(other)} saw, or something written after it began`,
      observed,
    };
  }
  const isOld = last !== undefined && (writer === undefined || writer.return < last.call);
  if (seen !== undefined && isOld) {
    return {
      kind: "stale-read",
      related: writer === undefined ? [last] : [writer, last],
      expected: `${describe(last)}, or something written after it began`,
      observed,
    };
  }
  const readers = operations.filter(
    (other) => other.return < culprit.return && valueSeen(other) !== undefined,
  );
  return {
    kind: "unordered",
    related: [...new Set([writer, last, ...readers.slice(-2)])].filter(
      (other): other is Operation => other !== undefined && other !== culprit,
    ),
    expected: "an outcome that some order of the operations around it allows",
    observed,
  };
}
