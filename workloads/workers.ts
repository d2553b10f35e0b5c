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
      let isDone = false;

      function finish(completion: Completion): void {
        if (isDone) return;
        isDone = true;
        guard.cancel();
        counts[completion.type] += 1;
        record(completionLine(process, invocation, completion));
        generator.observe(worker, invocation, completion);
        if (completion.type === "info") retire(worker);
        onDone(completion);
      }

      worker.client ??= openClient(process, thread);
      record(invocationLine(process, invocation, intendedNs, originNs));
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

type Line = { -readonly [field in keyof JournalLine]: JournalLine[field] };

/** Built field by field: two lines an operation, a million operations a history. */
function invocationLine(
  process: number,
  { f, key, value }: Invocation,
  intendedNs: number | undefined,
  originNs: number,
): JournalLine {
  const line: Line = { process, type: "invoke", f };
  if (key !== undefined) line.key = key;
  if (value !== undefined) line.value = value;
  if (intendedNs !== undefined) line["intended"] = intendedNs - originNs;
  return line;
}

function completionLine(
  process: number,
  { f, key }: Invocation,
  { type, value, error, node, wire }: Completion,
): JournalLine {
  const line: Line = { process, type, f };
  if (key !== undefined) line.key = key;
  if (value !== undefined) line.value = value;
  if (error !== undefined) line.error = error;
  if (node !== undefined) line["node"] = node;
  if (wire !== undefined) line["wire"] = wire;
  return line;
}
