import { startWorker } from "./start-worker.ts";
import type { SeedResult, SweepSpec } from "./sweep.ts";

/** So many seeds at a time, unless told: a worker that waits for its next ones does nothing. */
const seedsAtATimeDefault = 10;

type Message = { readonly result: SeedResult } | { readonly wants: "more" };

/** Plays seeds on several worker threads, each with its own copy of everything. */
export async function playInWorkers(options: {
  readonly spec: SweepSpec;
  readonly jobs: number;
  readonly seedsAtATime?: number;
  /** The next seed; `undefined` when there is none left. */
  readonly next: () => number | undefined;
  readonly onResult: (result: SeedResult) => void;
  /** Once aborted, runs are given up in their middle. */
  readonly hard?: AbortSignal;
}): Promise<void> {
  const { spec, jobs, next, onResult, hard, seedsAtATime = seedsAtATimeDefault } = options;

  function take(): number[] {
    const seeds: number[] = [];
    for (let seed = next(); seed !== undefined; seed = next()) {
      seeds.push(seed);
      if (seeds.length === seedsAtATime) break;
    }
    return seeds;
  }

  function playOne(): Promise<void> {
    const worker = startWorker("worker", spec);
    const giveUp = (): void => void worker.terminate();
    hard?.addEventListener("abort", giveUp, { once: true });
    if (hard?.aborted === true) giveUp();
    return new Promise<void>((resolve, reject) => {
      worker.on("message", (message: Message) => {
        if ("result" in message) {
          onResult(message.result);
          return;
        }
        const seeds = take();
        worker.postMessage(seeds.length === 0 ? null : seeds);
      });
      worker.on("error", reject);
      worker.on("exit", (code) => {
        if (code === 0 || hard?.aborted === true) resolve();
        else reject(new Error(`a worker of the sweep ended with code ${code}`));
      });
    }).finally(() => hard?.removeEventListener("abort", giveUp));
  }

  await Promise.all(Array.from({ length: jobs }, playOne));
}
