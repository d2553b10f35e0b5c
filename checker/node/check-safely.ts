import type { Budget, CheckResult } from "../checker.ts";
import { cutShort } from "../linearizability/unexplained.ts";
import { isOutOfMemory } from "./limits.ts";

type Limits = {
  readonly timeoutMs: number;
  readonly configurationsMax: number;
  /** Whether somebody else wants it to stop. */
  readonly isTold?: () => boolean;
  /** Told of an `invalid` that is certain, before it is explained. */
  readonly onInvalid?: (result: CheckResult) => void;
};

/**
 * Runs a checker within a time, and tells how long it took. One that throws has decided nothing, unless it was
 * explaining what it had decided.
 * What could not be made for its size is thrown on: the thread ends, and with it what it held.
 */
export function checkSafely(
  check: (budget: Budget) => CheckResult,
  { timeoutMs, configurationsMax, isTold = () => false, onInvalid: tell }: Limits,
  isForCaller: (error: unknown) => boolean = () => false,
): { readonly result: CheckResult; readonly tookMs: number } {
  const start = performance.now();
  const shouldStop = (): boolean => performance.now() - start > timeoutMs || isTold();
  let certain: CheckResult | null = null;
  const onInvalid = (told: CheckResult): void => {
    // The first one: of a large history, it is the whole that was judged.
    certain ??= told;
    tell?.(told);
  };
  let result: CheckResult;
  try {
    result = check({ stepsMax: Infinity, configurationsMax, shouldStop, onInvalid });
  } catch (error) {
    if (isForCaller(error) || isOutOfMemory(error)) throw error;
    const summary = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    result = endedBy(summary, certain);
  }
  return { result, tookMs: performance.now() - start };
}

/** Of a check that was ended: `unknown`, or what was certain before. */
export function endedBy(why: string, certain: CheckResult | null): CheckResult {
  if (certain === null) return { verdict: "unknown", summary: why, anomalies: [] };
  return cutShort(certain, why);
}
