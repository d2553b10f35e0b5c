/** An invocation with what became of it, as the page shows it. */
export type PairedOperation = {
  /** `index` of the invocation: its name in the report (`#op=1234`). */
  readonly index: number;
  readonly process: number;
  readonly f: string;
  readonly key: string | null;
  /** `undefined` when the call had none. */
  readonly input: unknown;
  /** Value of the completion; `undefined` when there was none. */
  readonly output: unknown;
  /** `info` also stands for an invocation without a recorded completion. */
  readonly outcome: Outcome;
  readonly error: string | null;
  readonly node: string | null;
  /** Nanoseconds since the run began. */
  readonly call: number;
  /** Null when no completion was recorded. */
  readonly return: number | null;
};

/** An operation and the lane that it is drawn on. */
export type LaidOperation = PairedOperation & { readonly lane: number };

/** By their codes in the column `outcome`. */
export const outcomes = ["ok", "fail", "info"] as const;
export type Outcome = (typeof outcomes)[number];
