import type { CheckOptions, CheckResult } from "../checker.ts";
import type { Op } from "../history.ts";

/** One check of a run: a checker by name, and its options. */
export type Check = { readonly checker: string; readonly options: CheckOptions };

export type CheckedResult = CheckResult & {
  readonly checker: string;
  /** Milliseconds. */
  readonly tookMs: number;
};

/** What a worker is started with. */
export type WorkerInput = {
  readonly ops: readonly Op[];
  readonly checks: readonly Check[];
  /** For each check. */
  readonly timeoutMs: number;
  readonly configurationsMax: number;
};

/** What it says: each check when it starts, when it is `invalid` for certain and when it is done, in order. */
export type WorkerMessage =
  | { readonly kind: "start" }
  | { readonly kind: "invalid"; readonly result: CheckResult }
  | { readonly kind: "result"; readonly result: CheckedResult };
