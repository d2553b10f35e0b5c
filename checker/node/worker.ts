import { parentPort, workerData } from "node:worker_threads";
import type { Budget, CheckResult } from "../checker.ts";
import { checkers } from "../checkers.ts";
import type { Check, WorkerInput, WorkerMessage } from "./messages.ts";

/** Entry of the worker thread that `runChecks` starts: does its checks one after another. */

const { ops, checks, timeoutMs, configurationsMax } = workerData as WorkerInput;

for (const check of checks) {
  say({ kind: "start" });
  const start = performance.now();
  const result = checkSafely(check, {
    stepsMax: Infinity,
    configurationsMax,
    shouldStop: () => performance.now() - start > timeoutMs,
  });
  const tookMs = performance.now() - start;
  say({ kind: "result", result: { ...result, checker: check.checker, tookMs } });
}

function say(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

/** A checker that throws has decided nothing. */
function checkSafely({ checker: name, options }: Check, budget: Budget): CheckResult {
  try {
    const checker = checkers[name];
    if (checker === undefined) {
      const known = Object.keys(checkers).join(", ");
      throw new RangeError(`no checker "${name}", expected one of: ${known}`);
    }
    return checker.check(ops, options, budget);
  } catch (error) {
    const summary = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { verdict: "unknown", summary, anomalies: [] };
  }
}
