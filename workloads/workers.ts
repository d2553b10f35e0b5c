import type { Clock } from "../cluster/env/env.ts";
import type { Client, Completion, Invocation } from "../cluster/subject.ts";
import type { Generator } from "./generator.ts";
import type { JournalLine } from "./recorder.ts";

/** A thread and the process that it runs; after an `info` the thread goes on under another one. */
export type Worker = { readonly thread: number; process: number; client: Client | null };

export type Workers = {
  /** By thread. */
  readonly list: readonly Worker[];
  add(): Worker;
  /**
   * Journals, invokes, journals. `onDone` exactly once, possibly before this returns.
   * `intendedNs`: when an open loop wanted it to start, on the clock.
   */
  perform(
    worker: Worker,
    invocation: Invocation,
    onDone: (completion: Completion) => void,
    intendedNs?: number,
  ): void;
  counts(): { readonly ok: number; readonly fail: number; readonly info: number };
  close(): void;
};

export type WorkersOptions = {
  readonly timeoutMs: number;
  readonly generator: Generator;
  readonly clock: Clock;
  /** Time 0 of the run on `clock`, nanoseconds. */
  readonly originNs: number;
  readonly openClient: (process: number, thread: number) => Client;
  readonly record: (line: JournalLine) => void;
};

/** A client bounds its operations itself; this is for one that never answers. */
const guardMs = 1000;

export function createWorkers(options: WorkersOptions): Workers {
  const { timeoutMs, generator, clock, originNs, openClient, record } = options;
  const list: Worker[] = [];
  const counts = { ok: 0, fail: 0, info: 0 };
  let processCount = 0;

  /** Nobody knows what the process did, so it never acts again. */
  function retire(worker: Worker): void {
    worker.client?.close();
    worker.client = null;
    worker.process = processCount++;
  }

  return {
    list,
    add: () => {
      const worker: Worker = { thread: list.length, process: processCount++, client: null };
      list.push(worker);
      return worker;
    },
    perform: (worker, invocation, onDone, intendedNs) => {
      const { process, thread } = worker;
      const { f, key } = invocation;
      const named = key === undefined ? { f } : { f, key };
      const intended = intendedNs === undefined ? {} : { intended: intendedNs - originNs };
      let isDone = false;

      function finish({ type, ...rest }: Completion): void {
        if (isDone) return;
        isDone = true;
        guard.cancel();
        counts[type] += 1;
        record({ process, type, ...named, ...rest });
        generator.observe({ process, thread }, invocation, { type, ...rest });
        if (type === "info") retire(worker);
        onDone({ type, ...rest });
      }

      worker.client ??= openClient(process, thread);
      record({ process, type: "invoke", ...invocation, ...intended });
      const guard = clock.setTimer(timeoutMs + guardMs, () => {
        finish({ type: "info", error: "timeout" });
      });
      worker.client.invoke(invocation, finish);
    },
    counts: () => ({ ...counts }),
    close: () => {
      for (const worker of list) worker.client?.close();
    },
  };
}
