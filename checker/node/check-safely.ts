import type { Budget, CheckResult } from "../checker.ts";
import { isOutOfMemory } from "./limits.ts";

type Limits = {
  readonly timeoutMs: number;
  readonly configurationsMax: number;
  /** Whether somebody else wants it to stop. */
  readonly isTold?: () => boolean;
};

/**
 * Runs a checker within a time, and tells how long it took. One that throws has decided nothing.
 * What could not be made for its size is thrown on: the thread ends, and with it what it held.
 */
export function checkSafely(
  check: (budget: Budget) => CheckResult,
  { timeoutMs, configurationsMax, isTold = () => false }: Limits,
  isForCaller: (error: unknown) => boolean = () => false,
): { readonly result: CheckResult; readonly tookMs: number } {
  const start = performance.now();
  const shouldStop = (): boolean => performance.now() - start > timeoutMs || isTold();
  let result: CheckResult;
  try {
    result = check({ stepsMax: Infinity, configurationsMax, shouldStop });
  } catch (error) {
    if (isForCaller(error) || isOutOfMemory(error)) throw error;
    const summary = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    result = { verdict: "unknown", summary, anomalies: [] };
  }
  return { result, tookMs: performance.now() - start };
}
