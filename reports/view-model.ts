import { lookupOf } from "./anomaly/facts.ts";
import { dataSoundIn, insideOf, type RunFacts, raftHeldIn } from "./anomaly/tell.ts";
import { type Evidence, evidenceOf, missingTraces } from "./evidence.ts";
import { type FaultBand, faultBands } from "./fault-bands.ts";
import { asFelt } from "./fault-holds.ts";
import { type Focus, focuses } from "./focus.ts";
import { type NodeLane, nodeLanes } from "./node-lanes.ts";
import type { OperationTable } from "./operation-table.ts";
import type { RunFiles, RunResult } from "./result.ts";
import { type Series, seriesOf } from "./series.ts";

/** Everything the page shows, JSON values only. */
export type ViewModel = {
  readonly result: RunResult;
  /** Where the time axis ends, nanoseconds. */
  readonly endNs: number;
  readonly focuses: readonly Focus[];
  readonly bands: readonly FaultBand[];
  /** How many operations were invoked while a fault was active, by its id. */
  readonly operationsDuring: Readonly<Record<string, number>>;
  readonly nodes: readonly NodeLane[];
  readonly laneCount: number;
  readonly series: Series;
  readonly evidence: Evidence;
};

/** Pure: the same files give the same view. The operations travel beside it, in their table. */
export function viewModel(files: RunFiles): ViewModel {
  const { result, table, trace } = files;
  const endNs = endOf(files);
  const facts = factsOf(files, endNs);
  const { bands } = facts;
  return {
    result,
    endNs,
    focuses: focuses(result.checks, facts),
    bands,
    operationsDuring: Object.fromEntries(
      bands.map(({ id, from, to }) => [id, invokedBetween(table, from, to)]),
    ),
    nodes: nodeLanes(result.nodes, trace, bands, endNs, result.checks),
    laneCount: table.laneCount,
    series: seriesOf(table, endNs),
    evidence: evidenceOf(files),
  };
}

/** What the sentences of a run that was read draw on. */
export function factsOf(files: RunFiles, endNs: number = endOf(files)): RunFacts {
  const { result, table, trace, around } = files;
  return {
    lookup: lookupOf(table),
    bands: asFelt(faultBands(result.faults, endNs), { table, traces: around.traces, endNs }),
    traces: trace,
    lines: Object.fromEntries(
      Object.entries(around.traces).map(([node, { window }]) => [node, window]),
    ),
    missing: missingTraces(result.nodes, trace),
    inside: insideOf(result.checks),
    raftHeld: raftHeldIn(result.checks),
    isDataSound: dataSoundIn(result.checks),
    ...(files.copies === undefined ? {} : { copies: files.copies }),
  };
}

/** How many operations were invoked from `from` to `to`, both included. */
function invokedBetween(table: OperationTable, from: number, to: number): number {
  let after = table.firstCallAt(to);
  while (table.call[after] === to) after++;
  return after - table.firstCallAt(from);
}

/** The last moment that anything shown mentions; at least a millisecond, so that an axis exists. */
function endOf({ result, table }: RunFiles): number {
  let endNs = 1e6;
  for (let row = 0; row < table.size; row++) {
    endNs = Math.max(endNs, (table.call[row] as number) + Math.max(0, table.took[row] as number));
  }
  for (const { injectedAt, healedAt } of result.faults) {
    endNs = Math.max(endNs, injectedAt ?? 0, healedAt ?? 0);
  }
  for (const { time = 0 } of result.checks.flatMap(({ anomalies }) => anomalies)) {
    endNs = Math.max(endNs, time);
  }
  return endNs;
}
