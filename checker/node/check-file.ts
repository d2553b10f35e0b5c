import { closeSync, openSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import type { CheckOptions, CheckResult } from "../checker.ts";
import { HistoryError } from "../errors.ts";
import { plural } from "../plural.ts";
import type {
  FileFacts,
  FileWorkerInput,
  FileWorkerMessage,
  TimedOperation,
} from "./check-file-messages.ts";
import { endedBy } from "./check-safely.ts";
import { graceMs, isOutOfMemory, memoryRanOut } from "./limits.ts";
import { refuseCompressed, refuseSpecial } from "./refuse-file.ts";
import { startWorker } from "./start-worker.ts";

export type CheckFileInput = {
  readonly file: string;
  /** A name of `formats`, or `auto`. */
  readonly format: string;
  readonly checker: string;
  /** Without a `model`, the one that the file names. */
  readonly options: CheckOptions;
  /** For the check alone, without reading. */
  readonly timeoutMs: number;
  /** Resident size of the process above what it was before, reading included. */
  readonly memoryBytes: number;
  /** Called when the file was read. */
  readonly onRead?: (facts: FileFacts) => void;
};

export type CheckedFile = {
  readonly result: CheckResult;
  /** Null when the memory ended while it was read. */
  readonly facts: FileFacts | null;
  /** The first anomaly's core, or else the operations that it names, in the order of their calls. */
  readonly core: readonly TimedOperation[];
  /** The check alone, in a thread that has checked nothing before. */
  readonly checkMs: number;
  /** Highest resident size over reading and checking, less that before the file was opened. */
  readonly peakRssBytes: number;
};

/**
 * A check is told to stop at this share of its memory, and has so long to say how far it got unless it grows
 * beyond the other: what it takes between two looks is to stay within a tenth of the limit.
 */
const toldShare = 0.97;
const endedShare = 1.03;
const lastWordMs = 250;
/** How often the resident size is looked at: a large array is written at a megabyte each millisecond. */
const sampleMs = 5;

/**
 * Reads a history of any format and checks it, in a worker thread within limits of time and memory.
 *
 * A history without operations is `valid`: nothing was checked. A check that takes too long or needs too
 * much memory is `unknown`, or `invalid` with less of an explanation once that is certain. Throws `HistoryError` for what is no history, operations that the model does not
 * know and names of nothing, and the error of the file system when the file cannot be read.
 */
export async function checkFile(input: CheckFileInput): Promise<CheckedFile> {
  const { file, format, checker, options, timeoutMs, memoryBytes } = input;
  refuseSpecial(file);
  const fd = openSync(file, "r");
  try {
    refuseCompressed(fd, file);
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const workerInput: FileWorkerInput = {
      ...{ fd, file, format, checker, options, timeoutMs, memoryBytes, stop },
    };
    // The heap is a part of the resident size, which is watched; this limit is for what grows too fast.
    const worker = startWorker("check-file-worker", workerInput, memoryBytes);
    try {
      return await watch(worker, input, stop);
    } finally {
      await worker.terminate();
    }
  } finally {
    closeSync(fd);
  }
}

/** Waits for the worker's answer, or for a limit. */
function watch(
  worker: Worker,
  { timeoutMs, memoryBytes, onRead }: CheckFileInput,
  stop: Int32Array,
): Promise<CheckedFile> {
  let facts: FileFacts | null = null;
  let certain: CheckResult | null = null;
  let before = Infinity;
  let highest = 0;
  let checkStart = 0;
  const timers: NodeJS.Timeout[] = [];

  return new Promise<CheckedFile>((resolve, reject) => {
    const giveUp = (summary: string): void => {
      const checkMs = facts === null ? 0 : performance.now() - checkStart;
      const result = endedBy(summary, certain);
      resolve({ result, facts, core: [], checkMs, peakRssBytes: Math.max(0, highest - before) });
    };
    const memoryReason = (): string => memoryRanOut(memoryBytes, facts === null ? "read" : "check");
    const sample = (): void => {
      highest = Math.max(highest, process.memoryUsage.rss());
      const used = highest - before;
      if (used <= memoryBytes * toldShare) return;
      if (facts === null || used > memoryBytes * endedShare) giveUp(memoryReason());
      if (Atomics.exchange(stop, 0, 1) === 1) return;
      timers.push(setTimeout(() => giveUp(memoryReason()), lastWordMs));
    };
    worker.on("message", (message: FileWorkerMessage) => {
      switch (message.kind) {
        case "begin":
          before = message.rssBytes;
          timers.push(setInterval(sample, sampleMs));
          return;
        case "read": {
          // What came up between two looks counts as well; it was the reading that needed it.
          sample();
          ({ facts } = message);
          checkStart = performance.now();
          onRead?.(facts);
          const read = plural(facts.operationCount, "operation");
          const summary = `no answer within ${Math.round(timeoutMs)} ms on ${read}`;
          timers.push(setTimeout(() => giveUp(summary), timeoutMs + graceMs(timeoutMs)));
          return;
        }
        case "invalid":
          certain ??= message.result;
          return;
        case "checked": {
          const { result: told, core, checkMs, peakRssBytes } = message;
          const peak = Math.max(highest, peakRssBytes) - before;
          const isFull = told.verdict === "unknown" && Atomics.load(stop, 0) === 1;
          const ranOut = isFull ? /^time ran out/ : /^the memory budget ran out/;
          const isShort = told.verdict === "unknown" && ranOut.test(told.summary);
          const rest = told.summary.replace(ranOut, "");
          const result = isShort ? { ...told, summary: `${memoryReason()};${rest}` } : told;
          resolve({ result, facts, core, checkMs, peakRssBytes: Math.max(0, peak) });
          return;
        }
        case "refused":
          reject(new HistoryError(message.message, message.details));
      }
    });
    worker.on("error", (error) => {
      if (isOutOfMemory(error)) giveUp(memoryReason());
      else reject(error);
    });
    worker.on("exit", (code) => giveUp(`the worker ended with code ${code}`));
  }).finally(() => {
    for (const timer of timers) clearTimeout(timer);
  });
}
