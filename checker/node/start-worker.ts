import { Worker } from "node:worker_threads";

const heapBytesMin = 64 * 2 ** 20;

/** Starts the worker thread of a module of this folder (without its extension), with a limit of its heap. */
export function startWorker(module: string, workerData: unknown, heapBytes: number): Worker {
  const maxOldGenerationSizeMb = Math.ceil(Math.max(heapBytesMin, heapBytes) / 2 ** 20);
  const resourceLimits = { maxOldGenerationSizeMb };
  const isSource = import.meta.url.endsWith(".ts");
  if (!isSource) {
    return new Worker(new URL(`./${module}.js`, import.meta.url), { workerData, resourceLimits });
  }
  // A worker does not always inherit the loader of its parent (not under tap), so it loads it itself.
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const entry = JSON.stringify(new URL(`./${module}.ts`, import.meta.url).href);
  const script = `import(${loader}).then(({ tsImport }) => tsImport(${entry}, ${entry}))`;
  return new Worker(script, { eval: true, workerData, resourceLimits });
}
