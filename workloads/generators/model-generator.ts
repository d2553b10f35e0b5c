import type { Rng } from "../../cluster/env/rng.ts";
import type { Completion, Invocation } from "../../cluster/subject.ts";
import type { OperationSpec } from "../workload.ts";

export type Caller = { readonly process: number; readonly thread: number };

/** What the generator of a model may use besides its own memory. */
export type Draws = {
  readonly rng: Rng;
  /** A text that is written once in the run. */
  readonly uniqueValue: () => string;
};

/** What a model adds to an operation and a key that were drawn: arguments, from what was seen. */
export type ModelGenerator = {
  /** An operation that the process owes before anything is drawn for it: the release of its lock. */
  owed?(caller: Caller): Invocation | undefined;
  build(operation: OperationSpec, key: string, caller: Caller): Invocation;
  /** What became of an invocation of this caller. */
  observe(caller: Caller, invocation: Invocation, completion: Completion): void;
  /** The key was rotated out: nobody draws it any more. */
  forgetKey(key: string): void;
};
