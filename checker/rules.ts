import type { Operations } from "./operations.ts";

/** What an operation asks of the state before it. */
export const tests = {
  /** Nothing: it always misses. */
  none: 0,
  /** It hits iff the state is (`a`, `b`). */
  state: 1,
  /** It hits iff the second field of the state is `b`. */
  second: 2,
  /** It hits iff the second field of the state is `b` or 0. */
  secondOrZero: 3,
} as const;

/** What an operation does, after its test. */
export const effects = { stay: 0, set: 1, impossible: 2 } as const;

/**
 * One operation of a model whose state is a pair of integers: a guarded assignment. `step` in a form that
 * the search can run without calling the model, and look into.
 */
export type Rule = {
  test: (typeof tests)[keyof typeof tests];
  a: number;
  b: number;
  onHit: (typeof effects)[keyof typeof effects];
  onMiss: (typeof effects)[keyof typeof effects];
  /** The state that it sets. The second field is never negative. */
  setA: number;
  setB: number;
};

/** A model's operations as rules. The first state is (0, 0). */
export type RuleForm = {
  /**
   * True when the second field never falls, every `set` raises it, and an operation that may set has the
   * test `second` with a lower `b` than it sets: then none of them takes effect twice.
   */
  readonly rises: boolean;
  /**
   * A function that writes the rule of one row into the object it is given; all fields, each time. Null
   * when some operation of this history has no such form.
   */
  prepare(operations: Operations): ((row: number, rule: Rule) => void) | null;
  describe(operations: Operations, a: number, b: number): string;
};

export function emptyRule(): Rule {
  return {
    test: tests.none,
    a: 0,
    b: 0,
    onHit: effects.stay,
    onMiss: effects.stay,
    setA: 0,
    setB: 0,
  };
}
