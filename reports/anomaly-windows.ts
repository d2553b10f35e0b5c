import type { OperationTable } from "./operation-table.ts";
import type { RunResult } from "./result.ts";

/** A stretch of the run, nanoseconds since its beginning. */
export type TimeWindow = { readonly from: number; readonly to: number };

/** Before the first and after the last operation that an anomaly names. */
const marginNs = 2e9;
const anomaliesMax = 8;
/** Operations that contradict each other may lie far apart: what lies between is left out then. */
const joinedNs = 10e9;

/**
 * When the anomalies of a run happened, with two seconds around each: disjoint, in time order. Empty
 * without an anomaly that has a time.
 */
export function anomalyWindows(
  { checks }: Pick<RunResult, "checks">,
  table: OperationTable,
): TimeWindow[] {
  const anomalies = checks.flatMap((check) => check.anomalies).slice(0, anomaliesMax);
  const moments = anomalies.flatMap(({ operation, related, time }) => {
    const named = [operation, ...related].flatMap((index) => intervalOf(table, index));
    const spans = time === undefined ? named : [...named, { from: time, to: time }];
    if (spans.length === 0) return [];
    const from = Math.min(...spans.map((span) => span.from));
    const to = Math.max(...spans.map((span) => span.to));
    return to - from <= joinedNs ? [{ from, to }] : spans.map(atMostJoined);
  });
  return merged(
    moments.map(({ from, to }) => ({ from: Math.max(0, from - marginNs), to: to + marginNs })),
  );
}

/** A moment that lasts: both of its ends are close to what matters, its middle is not. */
function atMostJoined({ from, to }: TimeWindow): TimeWindow {
  return { from, to: Math.min(to, from + joinedNs) };
}

/** From call to completion; of an operation that never ended, its call. */
function intervalOf(table: OperationTable, index: number | undefined): TimeWindow[] {
  const row = index === undefined ? -1 : table.rowOf(index);
  const call = table.call[row];
  if (call === undefined) return [];
  return [{ from: call, to: call + Math.max(0, table.took[row] ?? 0) }];
}

/** Those that touch become one. */
export function merged(windows: readonly TimeWindow[]): TimeWindow[] {
  const joined: TimeWindow[] = [];
  for (const window of [...windows].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last === undefined || window.from > last.to) joined.push(window);
    else joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, window.to) };
  }
  return joined;
}

export function isWithin(windows: readonly TimeWindow[], ns: number): boolean {
  return windows.some(({ from, to }) => from <= ns && ns <= to);
}
