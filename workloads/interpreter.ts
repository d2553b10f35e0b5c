import type { Rng } from "../cluster/env/rng.ts";
import type { Invocation } from "../cluster/subject.ts";
import { type Phase, runClosedLoop } from "./closed-loop.ts";
import { runOpenLoop } from "./open-loop.ts";
import { createWorkers, type WorkersOptions } from "./workers.ts";
import type { Workload } from "./workload.ts";
import { isRead } from "./workload-model.ts";

export type OperationCounts = {
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
  /** Arrivals of the open loop that found all `clientsMax` threads busy: never invoked. */
  readonly droppedArrivals: number;
};

/** Drives the clients: they invoke what the generator says, and both ends are journaled. */
export type Interpreter = {
  /** Runs the load. `onEnd` once, after the duration or `stop`, when nothing is in flight any more. */
  start(onEnd: () => void): void;
  /** Ends the load or the final reads early: begins no new operation, those in flight end. */
  stop(): void;
  /**
   * After the load: operations as before, until a mutation is acknowledged or `stop`. `onWritten` at
   * most once; `onEnd` once, when nothing is in flight any more.
   */
  runUntilWritten(onWritten: () => void, onEnd: () => void): void;
  /** After the load: one read per key; one that failed is tried again, five times at most. */
  runFinalReads(onEnd: () => void): void;
  counts(): OperationCounts;
  /** Closes all clients; the last call. */
  close(): void;
};

export type InterpreterOptions = Omit<WorkersOptions, "timeoutMs"> & {
  readonly workload: Pick<
    Workload,
    "clients" | "clientsMax" | "durationMs" | "ratePerSecond" | "timeoutMs"
  >;
  readonly rng: Rng;
};

const readAttemptsMax = 5;

export function createInterpreter(options: InterpreterOptions): Interpreter {
  const { workload, generator, clock, rng } = options;
  const { clients, clientsMax, durationMs, ratePerSecond, timeoutMs } = workload;
  const workers = createWorkers({ ...options, timeoutMs });
  const threads = Array.from({ length: clients }, workers.add);
  let phase: Phase | null = null;
  let droppedArrivals = 0;

  function startClosedLoop(onEnd: () => void): Phase {
    const endNs = clock.now() + durationMs * 1e6;
    return runClosedLoop({
      workers,
      threads,
      clock,
      draw: (worker) => (clock.now() < endNs ? generator.next(worker) : undefined),
      onAnswer: () => undefined,
      onEnd,
    });
  }

  function readAll(onEnd: () => void): Phase {
    const queue = generator.finalReads();
    const attempts = new Map<Invocation, number>();
    return runClosedLoop({
      workers,
      threads,
      clock,
      draw: () => queue.shift(),
      onAnswer: (read, { type }) => {
        const tried = (attempts.get(read) ?? 0) + 1;
        attempts.set(read, tried);
        if (type !== "ok" && tried < readAttemptsMax) queue.push(read);
      },
      onEnd,
    });
  }

  function writeOnce(onWritten: () => void, onEnd: () => void): Phase {
    let hasWritten = false;
    return runClosedLoop({
      workers,
      threads,
      clock,
      draw: (worker) => (hasWritten ? undefined : generator.next(worker)),
      onAnswer: ({ f }, { type }) => {
        if (hasWritten || type !== "ok" || isRead(f)) return;
        hasWritten = true;
        onWritten();
      },
      onEnd,
    });
  }

  return {
    start: (onEnd) => {
      if (ratePerSecond === undefined) {
        phase = startClosedLoop(onEnd);
        return;
      }
      const onDropped = (): void => {
        droppedArrivals += 1;
      };
      const open = { workers, clientsMax, generator, clock, ratePerSecond, durationMs };
      phase = runOpenLoop({ ...open, rng, onDropped, onEnd });
    },
    stop: () => phase?.stop(),
    runUntilWritten: (onWritten, onEnd) => {
      phase = writeOnce(onWritten, onEnd);
    },
    runFinalReads: (onEnd) => {
      phase = readAll(onEnd);
    },
    counts: () => ({ ...workers.counts(), droppedArrivals }),
    close: workers.close,
  };
}
