import type { OperationTable } from "./operation-table.ts";
import { outcomes } from "./operations.ts";

/** Latency and rate over time, one value a window. Times are seconds, as plots want them. */
export type Series = {
  /** Middle of each window. */
  readonly at: readonly number[];
  /** Milliseconds, of operations that succeeded, by time of call; null in an empty window. */
  readonly latency: {
    readonly median: readonly (number | null)[];
    readonly p95: readonly (number | null)[];
    readonly p99: readonly (number | null)[];
    readonly max: readonly (number | null)[];
  };
  /** Completions a second. */
  readonly rate: {
    readonly ok: readonly number[];
    readonly fail: readonly number[];
    readonly info: readonly number[];
  };
  /** Operations under way in the middle of each window; one without a completion stays so. */
  readonly open: readonly number[];
};

const windowsMax = 240;
const windowMinNs = 100e6;

/** Splits the run into at most 240 windows of at least 100 ms. */
export function seriesOf(table: OperationTable, endNs: number): Series {
  const windowNs = Math.max(windowMinNs, endNs / windowsMax);
  const windowCount = Math.max(1, Math.ceil(endNs / windowNs));
  const windowOf = (ns: number) =>
    Math.min(windowCount - 1, Math.max(0, Math.floor(ns / windowNs)));
  const tookMs: number[][] = Array.from({ length: windowCount }, () => []);
  const rate = { ok: zeros(windowCount), fail: zeros(windowCount), info: zeros(windowCount) };
  const perSecond = 1e9 / windowNs;
  for (let row = 0; row < table.size; row++) {
    const call = table.call[row] as number;
    const took = table.took[row] as number;
    const outcome = outcomes[table.outcome[row] as number] ?? "info";
    const window = windowOf(call + Math.max(0, took));
    rate[outcome][window] = (rate[outcome][window] ?? 0) + perSecond;
    if (outcome === "ok" && took >= 0) tookMs[windowOf(call)]?.push(took / 1e6);
  }
  for (const window of tookMs) window.sort((a, b) => a - b);
  return {
    at: tookMs.map((_, window) => ((window + 0.5) * windowNs) / 1e9),
    latency: {
      median: tookMs.map((window) => quantile(window, 0.5)),
      p99: tookMs.map((window) => quantile(window, 0.99)),
      p95: tookMs.map((window) => quantile(window, 0.95)),
      max: tookMs.map((window) => quantile(window, 1)),
    },
    rate,
    open: openOperations(table, windowNs, windowCount),
  };
}

function openOperations(table: OperationTable, windowNs: number, windowCount: number): number[] {
  const changes = zeros(windowCount + 1);
  // The first window whose middle is at this moment or later.
  const after = (ns: number) => Math.max(0, Math.min(windowCount, Math.ceil(ns / windowNs - 0.5)));
  for (let row = 0; row < table.size; row++) {
    const call = after(table.call[row] as number);
    changes[call] = (changes[call] as number) + 1;
    const end = table.endOf(row);
    if (end === Infinity) continue;
    const returned = after(end);
    changes[returned] = (changes[returned] as number) - 1;
  }
  let open = 0;
  return changes.slice(0, windowCount).map((change) => {
    open += change;
    return open;
  });
}

function zeros(length: number): number[] {
  return new Array<number>(length).fill(0);
}

/** Nearest rank; null of nothing. At least a microsecond: a log scale has no place for zero. */
function quantile(sorted: readonly number[], share: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return value === undefined ? null : Math.max(0.001, value);
}
