import { parentPort, workerData } from "node:worker_threads";
import { loadRegistries } from "../registry.ts";
import { loadPlans, playSeeds, type SweepSpec } from "./sweep.ts";

/** Entry of a worker thread of a sweep: plays the seeds it is sent, until it is sent `null`. */

const spec = workerData as SweepSpec;
const plans = await loadPlans(spec, await loadRegistries());

parentPort?.on("message", async (seeds: readonly number[] | null) => {
  if (seeds === null) {
    parentPort?.close();
    return;
  }
  const queue = [...seeds];
  await playSeeds({
    plans,
    repeats: spec.repeats,
    next: () => queue.shift(),
    onResult: (result) => parentPort?.postMessage({ result }),
  });
  parentPort?.postMessage({ wants: "more" });
});
parentPort?.postMessage({ wants: "more" });
