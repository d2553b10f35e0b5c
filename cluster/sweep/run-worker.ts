import { parentPort, workerData } from "node:worker_threads";
import { loadRegistries } from "../registry.ts";
import type { FromRunWorker, ToRunWorker } from "./driver.ts";
import { playRun } from "./play-run.ts";
import { loadPlan } from "./sweep.ts";

/** Entry of a worker thread that plays one run: its parent stays free to hear signals. */

const { workload, bug, interrupted, ...order } = workerData as ToRunWorker;
const flag = new Int32Array(interrupted);
const say = (message: FromRunWorker): void => parentPort?.postMessage(message);
const driven = playRun(await loadPlan({ workload, bug }, await loadRegistries()), {
  ...order,
  isInterrupted: () => Atomics.load(flag, 0) !== 0,
  onProgress: (progress) => say({ progress }),
  onAnomaly: (anomaly) => say({ anomaly }),
});
say({ driven });
