import { isMainThread, Worker } from "node:worker_threads";
import { decide } from "../linearizability/decide.ts";
import type { Model } from "../model.ts";
import { models } from "../models.ts";
import type { Operations, ValueColumn } from "../operations.ts";
import { generateLarge, type LargeShape } from "../testing/large-histories.ts";
import { IntegerValues } from "../values.ts";

/**
 * `npm run bench:threads -- [OPERATIONS]` (default 1000000): what a second thread could save of a search.
 *
 * Prints processor time in ms: of the whole history in one thread, of half of its keys in a fresh worker, of
 * copying the columns to shared memory, and of starting a worker that does nothing. With two workers the
 * answer takes at least the sum of the last three; `gain` is the first over that sum. It is the most that can
 * be had: loading the checker in the worker is not counted, nor what two threads take from each other.
 */
const operations = Number(process.argv[2] ?? 1_000_000);
const shape: LargeShape = {
  ...{ model: "cas-register", operations, clients: 50, keys: 1000, domain: 5, seed: 7 },
};
const budget = { stepsMax: Infinity, configurationsMax: 40_000_000, shouldStop: () => false };

/** The search alone: the columns' values are integers that stand for themselves. */
export function searchShared(columns: Omit<Operations, "values">): number {
  const { fastPath: _, ...model } = models["cas-register"] as Model;
  const before = cpuMs();
  const decision = decide(model, { ...columns, values: new IntegerValues(100) }, budget);
  if (decision.verdict !== "valid") throw new RangeError(`expected valid, got ${decision.verdict}`);
  return cpuMs() - before;
}

/** Of all threads; nothing else is at work while something is measured. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The rows of every other key. */
function halfOf(whole: Operations): Operations {
  const rows: number[] = [];
  for (let row = 0; row < whole.count; row++) {
    if ((whole.key[row] ?? 0) % 2 === 0) rows.push(row);
  }
  const picked = mapColumns(whole, (column) => {
    const own = column.slice(0, rows.length);
    for (const [place, row] of rows.entries()) own[place] = column[row] ?? 0;
    return own;
  });
  return { ...picked, count: rows.length };
}

function toShared(whole: Operations): Operations {
  return mapColumns(whole, (column) => {
    const bytes = new SharedArrayBuffer(column.byteLength);
    const copy = Reflect.construct(column.constructor, [bytes]) as typeof column;
    copy.set(column);
    return copy;
  });
}

type Column = Int32Array | Uint8Array | Float64Array | Int16Array;

function mapColumns(whole: Operations, map: (column: Column) => Column): Operations {
  const mapped = (fields: object): object =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]: [string, unknown]) => {
        if (ArrayBuffer.isView(value)) return [name, map(value as Column)];
        return [name, name === "input" || name === "output" ? mapped(value as ValueColumn) : value];
      }),
    );
  return mapped(whole) as Operations;
}

/** Runs a script in a fresh worker, and answers what it posts. */
function inWorker(script: string, workerData: unknown): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { eval: true, workerData });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

async function main(): Promise<void> {
  const { values: _, ...half } = toShared(halfOf(generateLarge(shape)));
  const whole = generateLarge(shape);
  const one = searchShared(whole);
  const beforeShare = cpuMs();
  toShared(whole);
  const share = cpuMs() - beforeShare;
  const beforeStart = cpuMs();
  await inWorker(`require("node:worker_threads").parentPort.postMessage(0)`, null);
  const start = cpuMs() - beforeStart;
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const entry = JSON.stringify(import.meta.url);
  const two = await inWorker(
    `const { parentPort, workerData } = require("node:worker_threads");
     import(${loader}).then(({ tsImport }) => tsImport(${entry}, ${entry}))
       .then(({ searchShared }) => parentPort.postMessage(searchShared(workerData)));`,
    half,
  );
  const ratio = (one / (two + share + start)).toFixed(2);
  const ms = [one, two, share, start].map((time) => time.toFixed(0).padStart(8)).join("");
  process.stdout.write(`operations     one    half   share   start    gain\n`);
  process.stdout.write(`${String(operations).padStart(10)}${ms}${ratio.padStart(8)}\n`);
}

// A worker imports this file for `searchShared` alone.
if (isMainThread) await main();
