import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { anomalyWindows, type TimeWindow } from "./anomaly-windows.ts";
import type { TakeLine } from "./byte-lines.ts";
import { hasCode } from "./errors.ts";
import { eachLine } from "./file-lines.ts";
import { LogScan, type NodeLog } from "./log-lines.ts";
import { joinMessages, MessageScan, type Messages, noMessages } from "./messages.ts";
import type { OperationTable } from "./operation-table.ts";
import type { RunFiles, RunResult } from "./result.ts";
import { type NodeTrace, TraceScan } from "./trace-scan.ts";

/** What nodes left, whole runs in few samples and the windows around the anomalies in full. */
export type Around = {
  /** By node, as the rest. */
  readonly traces: Readonly<Record<string, NodeTrace>>;
  readonly windows: readonly TimeWindow[];
  readonly messages: Messages;
  readonly logs: Readonly<Record<string, NodeLog>>;
};

/** Reads `trace/`, `messages/` and `logs/` of a run's folder; all of them are optional. */
export async function readInside(
  folder: string,
  result: RunResult,
  table: OperationTable,
): Promise<Pick<RunFiles, "trace" | "around">> {
  const windows = anomalyWindows(result, table);
  const endNs = result.durationMs * 1e6;
  const traces = await readEach(join(folder, "trace"), ".jsonl", (file) =>
    scanned(file, new TraceScan(windows, endNs)),
  );
  const trace = linesOf(traces);
  if (windows.length === 0) {
    return { trace, around: { traces, windows, messages: noMessages, logs: {} } };
  }
  const startedMs = Date.parse(result.startedAt);
  const logs = await readEach(join(folder, "logs"), ".log", (file) => {
    const wall = traces[basename(file, ".log")]?.wall ?? { at: [], value: [] };
    return scanned(file, new LogScan(windows, { wall, startedMs }));
  });
  const messages = await readEach(join(folder, "messages"), ".jsonl", (file) =>
    scanned(file, new MessageScan(windows)),
  );
  return { trace, around: { traces, windows, messages: joinMessages(messages, windows), logs } };
}

/** The lines of each node's trace that are drawn or told, by node; none where the nodes left no trace. */
export async function readTraces(folder: string): Promise<RunFiles["trace"]> {
  const scan = (file: string) => scanned(file, new TraceScan([], 1));
  return linesOf(await readEach(join(folder, "trace"), ".jsonl", scan));
}

type LineScan<T> = { readonly take: TakeLine; readonly result: () => T };

/** Line by line: of a long run a file may be larger than any text can be. */
async function scanned<T>(file: string, scan: LineScan<T>): Promise<T> {
  await eachLine(file, scan.take);
  return scan.result();
}

export function linesOf(traces: Around["traces"]): RunFiles["trace"] {
  return Object.fromEntries(Object.entries(traces).map(([node, { lines }]) => [node, lines]));
}

/** What `read` makes of each file with this ending, by its name without it; of no folder nothing. */
export async function readEach<T>(
  folder: string,
  extension: string,
  read: (file: string) => Promise<T>,
): Promise<Record<string, T>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return [];
    throw error;
  });
  const found: [string, T][] = [];
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  for (const file of files.filter((name) => name.endsWith(extension)).sort()) {
    found.push([basename(file, extension), await read(join(folder, file))]);
  }
  return Object.fromEntries(found);
}
