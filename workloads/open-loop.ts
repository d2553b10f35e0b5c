import type { Clock, Timer } from "../cluster/env/env.ts";
import type { Rng } from "../cluster/env/rng.ts";
import type { Phase } from "./closed-loop.ts";
import type { Generator } from "./generator.ts";
import type { Worker, Workers } from "./workers.ts";

export type OpenLoopOptions = {
  readonly workers: Workers;
  readonly clientsMax: number;
  readonly generator: Generator;
  readonly clock: Clock;
  readonly ratePerSecond: number;
  readonly durationMs: number;
  /** Draws the jitter of arrivals. */
  readonly rng: Rng;
  /** An arrival that found all `clientsMax` threads busy. */
  readonly onDropped: () => void;
  /** Called once, when the duration has passed and nothing is in flight any more. */
  readonly onEnd: () => void;
};

/**
 * Begins operations at a fixed rate, whatever the answers: one at a random moment of each interval.
 *
 * The client that has been idle longest takes an arrival. When all are busy, a thread beyond them
 * does, and a new one starts if need be: what threads have seen stays fresh. An arrival that the
 * machine is late for begins at once, and its line says when it was intended.
 */
export function runOpenLoop(options: OpenLoopOptions): Phase {
  const { workers, generator, clock, onEnd } = options;
  const startNs = clock.now();
  const nextArrival = createArrivals(options.ratePerSecond, options.rng);
  const clients = workers.list.length;
  const idle: Worker[] = [...workers.list];
  const idleBeyond: Worker[] = [];
  let arrivalsLeft = Math.round((options.durationMs * options.ratePerSecond) / 1000);
  let intendedNs = drawArrival();
  let active = 0;
  let timer: Timer | null = null;
  let hasEnded = false;

  function drawArrival(): number | null {
    if (arrivalsLeft === 0) return null;
    arrivalsLeft -= 1;
    return startNs + nextArrival();
  }

  function waitForArrival(): void {
    if (intendedNs === null) endIfIdle();
    else timer = clock.setTimer(Math.max(0, (intendedNs - clock.now()) / 1e6), arrive);
  }

  function arrive(): void {
    while (intendedNs !== null && intendedNs <= clock.now()) {
      begin(intendedNs);
      intendedNs = drawArrival();
    }
    waitForArrival();
  }

  function begin(atNs: number): void {
    const worker = idle.shift() ?? idleBeyond.shift() ?? addWorker();
    if (worker === null) {
      options.onDropped();
      return;
    }
    active += 1;
    workers.perform(worker, generator.next(worker), onDone, atNs);
  }

  function onDone(worker: Worker): void {
    active -= 1;
    (worker.thread < clients ? idle : idleBeyond).push(worker);
    endIfIdle();
  }

  function addWorker(): Worker | null {
    return workers.list.length < options.clientsMax ? workers.add() : null;
  }

  function endIfIdle(): void {
    if (hasEnded || active > 0 || intendedNs !== null) return;
    hasEnded = true;
    onEnd();
  }

  waitForArrival();
  return {
    stop: () => {
      arrivalsLeft = 0;
      intendedNs = null;
      timer?.cancel();
      endIfIdle();
    },
  };
}

/** Offsets from the start, nanoseconds, rising: one drawn in each interval of 1 / rate. */
function createArrivals(ratePerSecond: number, rng: Rng): () => number {
  const intervalNs = Math.floor(1e9 / ratePerSecond);
  let interval = -1;
  return () => {
    interval += 1;
    return interval * intervalNs + rng.int(0, intervalNs - 1);
  };
}
