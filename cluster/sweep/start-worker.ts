import { Worker } from "node:worker_threads";

/** Starts the entry `NAME.ts` of this folder on a thread of its own, in sources as in the build. */
export function startWorker(name: string, workerData: unknown): Worker {
  if (!import.meta.url.endsWith(".ts")) {
    return new Worker(new URL(`./${name}.js`, import.meta.url), { workerData });
  }
  // A worker does not always inherit the loader of its parent (not under tap), so it loads it itself.
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const entry = JSON.stringify(new URL(`./${name}.ts`, import.meta.url).href);
  const script = `import(${loader}).then(({ tsImport }) => tsImport(${entry}, ${entry}))`;
  return new Worker(script, { eval: true, workerData });
}
