import { isSameJson } from "./json.ts";
import type { Explanation, Operation } from "./model.ts";

/** What a kind of register says of its operations. */
export type RegisterWords = {
  describe(operation: Operation): string;
  /** The value that an operation sets if it takes effect; `undefined` when it sets none. */
  valueSet(operation: Operation): unknown;
  /** The value that an acknowledged operation saw; `undefined` when it saw none. */
  valueSeen(operation: Operation): unknown;
};

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
