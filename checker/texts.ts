import type { Operations } from "./operations.ts";

/** What an operation of a model of texts does. */
export const textKinds = {
  /** Nothing, and it is always possible. */
  stay: 0,
  /** Nothing, and it is possible iff the state is `text`. */
  see: 1,
  /** The state becomes `text`. */
  put: 2,
  /** `text` comes behind the state. */
  append: 3,
  never: 4,
} as const;

/** One operation of a model whose state is a text: `step` in a form that the search can look into. */
export type TextRule = {
  kind: (typeof textKinds)[keyof typeof textKinds];
  /** "" where the kind has no use for it. */
  text: string;
};

/** A model's operations as texts that are seen, put and appended. The first state is "". */
export type TextForm = {
  /** A function that writes the rule of one row into the object it is given; both fields, each time. */
  prepare(operations: Operations): (row: number, rule: TextRule) => void;
};
