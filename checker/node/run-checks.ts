import type { Worker } from "node:worker_threads";
import type { CheckResult } from "../checker.ts";
import type { Op } from "../history.ts";
import { endedBy } from "./check-safely.ts";
import { configurationBytes, graceMs, isOutOfMemory, memoryRanOut } from "./limits.ts";
import type { Check, CheckedResult, WorkerInput, WorkerMessage } from "./messages.ts";
import { startWorker } from "./start-worker.ts";

export type RunChecksInput = {
  readonly ops: readonly Op[];
  readonly checks: readonly Check[];
  /** For each check. */
  readonly timeoutMs: number;
  /** Of the worker: its heap, and the search's tables beside it. */
  readonly memoryBytes: number;
  /** Called when a check starts. */
  readonly onProgress?: (progress: CheckProgress) => void;
};

export type CheckProgress = {
  readonly checker: string;
  /** Checks that are finished, and checks in all. */
  readonly done: number;
  readonly of: number;
};

/**
 * Runs checks in a worker thread, one after another, within limits of time and memory.
 *
 * Never throws for a check: one that throws, takes too long or needs too much memory is `unknown`, with
 * the reason as its summary, and the others still run. Results come in the order of `checks`.
 */
export async function runChecks(input: RunChecksInput): Promise<CheckedResult[]> {
  const results: CheckedResult[] = [];
  while (results.length < input.checks.length) {
    // A worker that was ended takes its check with it; the next one goes on behind.
    await runWorker(input, results);
  }
  return results;
}

/** Appends results until the worker is done, or one result for the check that ended it. */
function runWorker(input: RunChecksInput, results: CheckedResult[]): Promise<void> {
  const { checks, timeoutMs, memoryBytes } = input;
  const worker = startChecks(input, results.length);
  let startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  /** Of the check that is running. */
  let certain: CheckResult | null = null;

  return new Promise((resolve) => {
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
      clearTimeout(timer);
      worker.terminate().then(() => resolve(), resolve);
    };
    const giveUp = (summary: string): void => {
      if (isSettled) return;
      const checker = checks[results.length]?.checker ?? "";
      const tookMs = performance.now() - startedAt;
      results.push({ ...endedBy(summary, certain), checker, tookMs });
      settle();
    };
    const watch = (limitMs: number): void => {
      clearTimeout(timer);
      startedAt = performance.now();
      const summary = `no answer within ${Math.round(timeoutMs)} ms`;
      timer = setTimeout(() => giveUp(summary), limitMs);
    };
    worker.on("message", (message: WorkerMessage) => {
      if (isSettled) return;
      if (message.kind === "invalid") {
        certain ??= message.result;
        return;
      }
      certain = null;
      if (message.kind === "start") {
        const checker = checks[results.length]?.checker ?? "";
        input.onProgress?.({ checker, done: results.length, of: checks.length });
        watch(timeoutMs + graceMs(timeoutMs));
        return;
      }
      results.push(message.result);
      if (results.length === checks.length) settle();
    });
    worker.on("error", (error) => {
      giveUp(isOutOfMemory(error) ? memoryRanOut(memoryBytes, "check") : error.message);
    });
    worker.on("exit", (code) => giveUp(`the worker ended with code ${code}`));
  });
}

/** Half of the memory is for the heap, half for the tables of the search, which live outside of it. */
function startChecks(input: RunChecksInput, firstCheck: number): Worker {
  const { ops, checks, timeoutMs, memoryBytes } = input;
  const workerData: WorkerInput = {
    ops,
    checks: checks.slice(firstCheck),
    timeoutMs,
    configurationsMax: Math.floor(memoryBytes / 2 / configurationBytes),
  };
  return startWorker("worker", workerData, memoryBytes / 2);
}
