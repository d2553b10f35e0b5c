import type { Clock, Timer } from "../cluster/env/env.ts";
import type { Client, Completion, Invocation } from "../cluster/subject.ts";
import type { Generator } from "./generator.ts";
import { type JournalLine, newLine } from "./recorder.ts";

/** A thread and the process that it runs; after an `info` the thread goes on under another one. */
export type Worker = {
  readonly thread: number;
  process: number;
  client: Client | null;
  /** Ends the operation in flight; null when there is none. */
  finish: ((completion: Completion) => void) | null;
  /** When that operation is given up, on the clock. */
  dueNs: number;
};

/** What became of an operation; whoever waits for many needs one function only. */
export type OnDone = (worker: Worker, invocation: Invocation, completion: Completion) => void;

export type Workers = {
  /** By thread. */
  readonly list: readonly Worker[];
  add(): Worker;
  /**
   * Journals, invokes, journals. `onDone` exactly once, possibly before this returns.
   * `intendedNs`: when an open loop wanted it to start, on the clock.
   */
  perform(worker: Worker, invocation: Invocation, onDone: OnDone, intendedNs?: number): void;
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

/**
 * A client bounds its operations itself; this is for one that never answers. It is given up between
 * one and two of these after its time-out.
 */
const guardMs = 1000;

export function createWorkers(options: WorkersOptions): Workers {
  const { timeoutMs, generator, clock, originNs, openClient, record } = options;
  const list: Worker[] = [];
  const counts = { ok: 0, fail: 0, info: 0 };
  let processCount = 0;
  /** One for all operations: hardly any client needs it. */
  let guard: Timer | null = null;

  /** Nobody knows what the process did, so it never acts again. */
  function retire(worker: Worker): void {
    worker.client?.close();
    worker.client = null;
    worker.process = processCount++;
  }

  function giveUpOverdue(): void {
    guard = clock.setTimer(guardMs, giveUpOverdue);
    const nowNs = clock.now();
    for (const worker of list) {
      if (worker.dueNs <= nowNs) worker.finish?.({ type: "info", error: "timeout" });
    }
    if (list.some(({ finish }) => finish !== null)) return;
    guard.cancel();
    guard = null;
  }

  return {
    list,
    add: () => {
      const { length: thread } = list;
      const worker: Worker = {
        thread,
        process: processCount++,
        client: null,
        finish: null,
        dueNs: 0,
      };
      list.push(worker);
      return worker;
    },
    perform: (worker, invocation, onDone, intendedNs) => {
      const { process, thread } = worker;

      function finish(completion: Completion): void {
        if (worker.finish !== finish) return;
        worker.finish = null;
        // By name: a field by a computed name is looked up anew for each operation.
        if (completion.type === "ok") counts.ok += 1;
        else if (completion.type === "fail") counts.fail += 1;
        else counts.info += 1;
        record(completionLine(process, invocation, completion));
        generator.observe(worker, invocation, completion);
        if (completion.type === "info") retire(worker);
        onDone(worker, invocation, completion);
      }

      worker.client ??= openClient(process, thread);
      worker.finish = finish;
      worker.dueNs = clock.now() + (timeoutMs + guardMs) * 1e6;
      guard ??= clock.setTimer(timeoutMs + guardMs, giveUpOverdue);
      const intended = intendedNs === undefined ? undefined : intendedNs - originNs;
      record(invocationLine(process, invocation, intended));
      worker.client.invoke(invocation, finish);
    },
    counts: () => ({ ...counts }),
    close: () => {
      guard?.cancel();
      for (const worker of list) worker.client?.close();
    },
  };
}

function invocationLine(
  process: number,
  { f, key, value }: Invocation,
  intended: number | undefined,
): JournalLine {
  const line = newLine(process, "invoke", f);
  line.key = key;
  line.value = value;
  line.intended = intended;
  return line;
}

function completionLine(
  process: number,
  { f, key }: Invocation,
  { type, value, error, node, wire }: Completion,
): JournalLine {
  const line = newLine(process, type, f);
  line.key = key;
  line.value = value;
  line.error = error;
  line.node = node;
  line.wire = wire;
  return line;
}
