import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Clock, NodeName, TraceRecord } from "./env.ts";

export type RealTrace = {
  /** The node's start, from 1. */
  readonly inc: number;
  trace(record: TraceRecord): void;
  /** Hands everything recorded to the kernel: called before any effect leaves the node. */
  flush(): void;
};

/** Lines are kept until `flush`, and flushed anyway when nothing else does for this long. */
const idleFlushMs = 50;

/** A node's trace file: JSON lines, appended to over all incarnations. */
export function openTrace({
  node,
  clock,
  traceFile,
  dataDir,
  onError,
}: {
  readonly node: NodeName;
  readonly clock: Clock;
  readonly traceFile: string;
  readonly dataDir: string;
  readonly onError: (error: Error) => void;
}): RealTrace {
  const inc = nextIncarnation(join(dataDir, "incarnation"));
  let file: number | null = openSync(traceFile, "a");
  let pending = "";
  const name = JSON.stringify(node);
  let seq = 0;
  let idle: NodeJS.Timeout | null = null;

  function flush(): void {
    if (pending === "") return;
    const bytes = Buffer.from(pending);
    pending = "";
    if (idle !== null) clearTimeout(idle);
    idle = null;
    if (file === null) return;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    } catch (error) {
      // A node must not behave otherwise because its trace has no room: the trace ends here.
      closeSync(file);
      file = null;
      onError(error as Error);
    }
  }

  return {
    inc,
    flush,
    trace(record) {
      const stamp = `"mono":${clock.now()},"wall":${clock.wallMs()},"node":${name},"inc":${inc},"seq":${seq++}`;
      // Joined as text: to copy the record into a stamped one costs more than to write it.
      pending += `{${stamp},${JSON.stringify(record).slice(1)}\n`;
      idle ??= setTimeout(flush, idleFlushMs).unref();
    },
  };
}

/** Counts this node's starts, from 1. */
function nextIncarnation(file: string): number {
  let last = 0;
  try {
    last = Number(readFileSync(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  writeFileSync(file, String(last + 1));
  return last + 1;
}
