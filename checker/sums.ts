import type { Operations } from "./operations.ts";

/** What an operation of a model of sums does. */
export const sumKinds = {
  /** Nothing, and it is always possible. */
  stay: 0,
  /** Nothing, and it is possible iff the sum is `amount`. */
  see: 1,
  /** `amount` is added to the sum. */
  add: 2,
} as const;

/** One operation of a model whose state is a sum: `step` in a form that the search can look into. */
export type SumRule = {
  kind: (typeof sumKinds)[keyof typeof sumKinds];
  /** A safe integer; 0 where the kind has no use for it. */
  amount: number;
};

/** A model's operations as sums that are seen and added to. The first state is 0. */
export type SumForm = {
  /** A function that writes the rule of one row into the object it is given; both fields, each time. */
  prepare(operations: Operations): (row: number, rule: SumRule) => void;
};
