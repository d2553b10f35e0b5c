import { fstatSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import type { Budget, Checker, CheckOptions, CheckResult } from "../checker.ts";
import { checkers } from "../checkers.ts";
import { HistoryError } from "../errors.ts";
import { refuseForeign } from "../foreign.ts";
import { detectFormat } from "../formats.ts";
import type { Model } from "../model.ts";
import { models } from "../models.ts";
import { type Operations, operationAt } from "../operations.ts";
import { pairOperations } from "../pairing.ts";
import type {
  FileFacts,
  FileWorkerInput,
  FileWorkerMessage,
  TimedOperation,
} from "./check-file-messages.ts";
import { checkLarge, largeBytes, readKey } from "./check-large.ts";
import { checkSafely } from "./check-safely.ts";
import { lineOf } from "./line-of.ts";
import { readHistory } from "./read-history.ts";
import { readOperations } from "./read-operations.ts";

/** Entry of the worker thread that `checkFile` starts: reads the file and checks it, so nothing is copied. */

const input = workerData as FileWorkerInput;
const nothing: CheckResult = { verdict: "valid", summary: "nothing was checked", anomalies: [] };

/** Of the file, once it was read. */
let readFormat: string | null = null;

/** A history that was read, and its check. */
type Loaded = Omit<FileFacts, "parseMs"> & {
  readonly check: (options: CheckOptions, budget: Budget) => CheckResult;
  readonly operations: Operations | null;
};

/** Of whatever format: it has no operation and names no model. */
const emptyFile: Loaded = {
  ...{ format: "auto", model: null, lines: 0, skipped: 0, truncatedAtLine: null },
  ...{ operationCount: 0, operations: null },
  check: () => nothing,
};

/** What the search's tables may have of the memory that is left; the resident size is watched beside that. */
const tablesShare = 0.8;
/** What a budget counts as a configuration. */
const countedBytes = 64;

/** More operations of one key are not looked at again. */
const explainedMax = 4_000_000;

try {
  await run();
} catch (error) {
  if (!(error instanceof HistoryError)) throw error;
  const { message, details } = located(error);
  say({ kind: "refused", message, details });
}

/** The error of an op with its line; what the reader refuses on the way to it is told instead. */
function located(error: HistoryError): HistoryError {
  const { index, line: known } = error.details;
  if (index === undefined || known !== undefined || readFormat === null) return error;
  try {
    const line = lineOf(input.fd, readFormat, index);
    if (line === null) return error;
    return new HistoryError(`line ${line}: ${error.message}`, { index, line });
  } catch (cause) {
    if (cause instanceof HistoryError) return cause;
    throw cause;
  }
}

async function run(): Promise<void> {
  const checker = checkers[input.checker];
  if (checker === undefined) {
    const known = Object.keys(checkers).join(", ");
    throw new HistoryError(`no checker "${input.checker}", expected one of: ${known}`);
  }
  const rssBytes = process.memoryUsage.rss();
  const highestBefore = highestRssBytes();
  say({ kind: "begin", rssBytes });
  const start = performance.now();
  const { check, operations, ...loaded } = loadLarge(checker) ?? (await load(checker));
  const parseMs = performance.now() - start;
  readFormat = loaded.format;
  const facts = { ...loaded, parseMs };
  say({ kind: "read", facts });
  const used = process.memoryUsage.rss() - rssBytes;
  const limits = {
    timeoutMs: input.timeoutMs,
    configurationsMax: Math.floor(((input.memoryBytes - used) * tablesShare) / countedBytes),
    isTold: () => Atomics.load(input.stop, 0) === 1,
    onInvalid,
  };
  const options = facts.model === null ? input.options : { ...input.options, model: facts.model };
  const { result, tookMs } =
    facts.operationCount === 0
      ? { result: nothing, tookMs: 0 }
      : checkSafely((budget) => check(options, budget), limits, isBadInput);
  const highest = highestRssBytes();
  // A mark that did not rise was left by what came before the file: then the size now is what is known.
  const peakRssBytes = highest > highestBefore ? highest : process.memoryUsage.rss();
  const core = operations === null ? [] : coreOf(result, operations);
  say({ kind: "checked", result, core, checkMs: tookMs, peakRssBytes });
}

async function load(checker: Checker): Promise<Loaded> {
  const { checkOperations } = checker;
  if (input.format === "auto" && fstatSync(input.fd).size === 0) return emptyFile;
  if (checkOperations === undefined) return loadJournal(checker);
  const read = readOperations(input.fd, input.format);
  const { operations, format, lines, skipped, truncatedAtLine } = read;
  const model = modelFor(checker, read.model, format);
  return {
    ...{ format, model, lines, skipped, truncatedAtLine, operations },
    operationCount: operations.count,
    check: (options, budget) => checkOperations(operations, options, budget),
  };
}

/**
 * A file too large for columns is judged while it is read, so that `parseMs` has nearly all of the time. What
 * is found is explained with the operations of its key; null when it has to be read whole after all.
 */
function loadLarge(checker: Checker): Loaded | null {
  const { file, format } = input;
  if (checker.name !== "linearizable" || fstatSync(input.fd).size < largeBytes) return null;
  const start = performance.now();
  const { result, ...facts } = checkLarge({
    ...{ file, format },
    chooseModel: (named, name) => models[modelFor(checker, named, name) ?? ""] as Model,
    shouldStop: () => performance.now() - start > input.timeoutMs,
  });
  const isOutOfTime = performance.now() - start > input.timeoutMs;
  if (result.verdict === "unknown" && !isOutOfTime) return null;
  const operationCount = Number(result.stats?.["operations"] ?? 0);
  if (result.verdict === "invalid") onInvalid(result);
  const [anomaly] = result.anomalies;
  const operations =
    anomaly === undefined ? null : readKey(file, format, anomaly.key, explainedMax);
  return {
    ...{ ...facts, operationCount, operations },
    check: (options, budget) => {
      if (operations === null) return result;
      budget.onInvalid?.(result);
      const { stats: _, ...explained } =
        checker.checkOperations?.(operations, options, budget) ?? result;
      return explained.verdict === "invalid" ? { ...result, ...explained } : result;
    },
  };
}

/** For a checker that reads the lines themselves, fields of our own format included. */
async function loadJournal(checker: Checker): Promise<Loaded> {
  const format = input.format === "auto" ? detectFormat(firstBytes()).name : input.format;
  if (format !== "jsonl") {
    throw new HistoryError(`checker ${checker.name} reads jsonl only, got format ${format}`);
  }
  readFormat = format;
  const { header, ops, truncatedAtLine = null } = await readHistory(input.file);
  const paired = pairOperations(ops);
  const model = modelFor(checker, header.model, "jsonl");
  const known = models[model ?? ""];
  if (known !== undefined) for (const operation of paired) refuseForeign(known, operation);
  return {
    ...{ format: "jsonl", model, lines: ops.length + 1, skipped: 0, truncatedAtLine },
    operationCount: paired.length,
    operations: null,
    check: (options, budget) => checker.check(ops, options, budget),
  };
}

function firstBytes(): Uint8Array {
  const bytes = new Uint8Array(65_536);
  return bytes.subarray(0, readSync(input.fd, bytes, 0, bytes.length, 0));
}

function modelFor(checker: Checker, named: string | null, format: string): string | null {
  if (!("model" in checker.options)) return null;
  const known = Object.keys(models).join(", ");
  const model = input.options["model"] ?? named;
  if (model === undefined || model === null) {
    throw new HistoryError(`a file of format ${format} names no model: choose one of: ${known}`);
  }
  if (!Object.hasOwn(models, String(model))) {
    throw new HistoryError(`no model "${model}", expected one of: ${known}`);
  }
  return String(model);
}

/** Whoever has to end this thread while it explains knows the verdict. */
function onInvalid(result: CheckResult): void {
  say({ kind: "invalid", result });
}

function isBadInput(error: unknown): boolean {
  return error instanceof HistoryError;
}

/** The core of the first anomaly, or else the operations that it names, in the order of their calls. */
function coreOf({ anomalies: [first] }: CheckResult, operations: Operations): TimedOperation[] {
  if (first === undefined) return [];
  const { count, index, callTime, returnTime } = operations;
  const known = new Map(first.core?.map((operation) => [operation.index, operation]));
  const named = [...first.related, ...(first.operation === undefined ? [] : [first.operation])];
  const wanted = known.size > 0 ? new Set(known.keys()) : new Set(named);
  const core: TimedOperation[] = [];
  for (let row = 0; row < count && wanted.size > core.length; row++) {
    const at = index[row] ?? -1;
    if (!wanted.has(at)) continue;
    const { return: end, ...operation } = operationAt(operations, row);
    core.push({
      ...operation,
      return: end === Infinity ? null : end,
      ...known.get(at),
      callTime: timeOrNull(callTime[row]),
      returnTime: timeOrNull(returnTime[row]),
    });
  }
  return core;
}

function timeOrNull(time: number | undefined): number | null {
  return time === undefined || Number.isNaN(time) ? null : time;
}

/** The high-water mark of the whole process. */
function highestRssBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

function say(message: FileWorkerMessage): void {
  parentPort?.postMessage(message);
}
