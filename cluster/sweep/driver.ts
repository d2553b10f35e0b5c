import type { Anomaly } from "porcupine-ts";
import type { Workload } from "../../workloads/workload.ts";
import { ClusterError } from "../errors.ts";
import { tellAnomaly } from "../live-check.ts";
import { capabilities } from "../sim/control.ts";
import { type Driven, headerOf, type RunRequest, type Simulator } from "../testbed.ts";
import type { RunOrder } from "./play-run.ts";
import { startWorker } from "./start-worker.ts";

/** What the thread of a run is told: plain JSON, and one flag that both sides see. */
export type ToRunWorker = Pick<RunOrder, "seed" | "runDir" | "header"> & {
  readonly workload: Workload;
  /** Id of a planted bug. */
  readonly bug: string | null;
  /** One 32-bit number: not 0 once the run is to end early. */
  readonly interrupted: SharedArrayBuffer;
};

export type FromRunWorker =
  | { readonly progress: string }
  | { readonly anomaly: Anomaly }
  | { readonly driven: Driven };

/** Plays a run in virtual time, on a thread of its own: a run holds its thread, deaf to signals. */
export function simDriver(): Simulator {
  return { name: "sim", capabilities, drive };
}

async function drive(request: RunRequest): Promise<Driven> {
  const { workload, bug, seed, runDir, soft, hard, onProgress } = request;
  const interrupted = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const header = headerOf(request);
  const order: ToRunWorker = { workload, bug: bug?.id ?? null, seed, runDir, header, interrupted };
  const worker = startWorker("run-worker", order);
  const end = (): void => void Atomics.store(new Int32Array(interrupted), 0, 1);
  const giveUp = (): void => void worker.terminate();
  if (soft.aborted) end();
  soft.addEventListener("abort", end, { once: true });
  hard.addEventListener("abort", giveUp, { once: true });
  let driven: Driven | null = null;
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on("message", (message: FromRunWorker) => {
        if ("progress" in message) onProgress(message.progress);
        else if ("anomaly" in message) tellAnomaly(request, message.anomaly);
        else driven = message.driven;
      });
      worker.on("error", reject);
      worker.on("exit", () => resolve());
    });
  } finally {
    soft.removeEventListener("abort", end);
    hard.removeEventListener("abort", giveUp);
  }
  if (driven !== null) return driven;
  if (!hard.aborted) throw new Error("the thread of a run ended without a result");
  throw new ClusterError("E_INTERRUPTED", "the run was given up in its middle: nothing is left");
}
