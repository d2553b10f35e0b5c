import { parentPort, workerData } from "node:worker_threads";
import type { CheckResult } from "../checker.ts";
import { checkers } from "../checkers.ts";
import { checkSafely } from "./check-safely.ts";
import type { WorkerInput, WorkerMessage } from "./messages.ts";

/** Entry of the worker thread that `runChecks` starts: does its checks one after another. */

const { ops, checks, ...limits } = workerData as WorkerInput;

for (const { checker: name, options } of checks) {
  say({ kind: "start" });
  const { result, tookMs } = checkSafely(
    (budget) => {
      const checker = checkers[name];
      if (checker === undefined) {
        const known = Object.keys(checkers).join(", ");
        throw new RangeError(`no checker "${name}", expected one of: ${known}`);
      }
      return checker.check(ops, options, budget);
    },
    { ...limits, onInvalid },
  );
  say({ kind: "result", result: { ...result, checker: name, tookMs } });
}

/** Whoever has to end this thread while it explains knows the verdict. */
function onInvalid(result: CheckResult): void {
  say({ kind: "invalid", result });
}

function say(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}
