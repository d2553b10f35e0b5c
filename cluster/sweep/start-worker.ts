import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";

/**
 * Half of a thread's young generation: two runs of the default workload leave less garbage, of which
 * next to nothing is in use when it is looked at. The engine's own choice begins at 1 MB and grows only
 * with what survives, so it collects ten times as often in the middle of runs.
 */
const semiSpaceMegabytes = 64;

/**
 * How much of a function's bytecode runs before the optimizer is asked about it: less than half of the
 * engine's own choice. In pairs at one time, the first eighty runs took 5 percent less (twice).
 */
const interruptBudget = 30_000;

/**
 * Machine code without optimization from the first call on: the optimizer has seen enough only after
 * tens of runs, and the interpreter plays an eighth fewer virtual seconds in the first sixty.
 */
const flags = [
  `--max-semi-space-size=${semiSpaceMegabytes}`,
  `--min-semi-space-size=${semiSpaceMegabytes}`,
  "--always-sparkplug",
  `--interrupt-budget=${interruptBudget}`,
];

/** Starts the entry `NAME.ts` of this folder on a thread of its own: in a build, packed into one file. */
export function startWorker(name: string, workerData: unknown): Worker {
  // Heard by heaps that begin after this; `resourceLimits` set no lower bound.
  for (const flag of flags) setFlagsFromString(flag);
  if (!import.meta.url.endsWith(".ts")) {
    return new Worker(new URL(`./${name}.bundle.js`, import.meta.url), { workerData });
  }
  // A worker does not always inherit the loader of its parent (not under tap), so it loads it itself.
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const entry = JSON.stringify(new URL(`./${name}.ts`, import.meta.url).href);
  const script = `import(${loader}).then(({ tsImport }) => tsImport(${entry}, ${entry}))`;
  return new Worker(script, { eval: true, workerData });
}
