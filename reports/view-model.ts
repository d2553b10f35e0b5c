import { type OperationColumns, toColumns } from "./columns.ts";
import { type FaultBand, faultBands } from "./fault-bands.ts";
import { type Focus, focuses } from "./focus.ts";
import { assignLanes } from "./lanes.ts";
import { type NodeLane, nodeLanes } from "./node-lanes.ts";
import { pairInvocations } from "./operations.ts";
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
  readonly logs: Readonly<Record<string, string>>;
};

/** Pure: the same files give the same view. The operations travel beside it, in columns. */
export function viewModel(files: RunFiles): {
  readonly view: ViewModel;
  readonly columns: OperationColumns;
} {
  const { result, ops, trace, logs } = files;
  const operations = pairInvocations(ops);
  const endNs = endOf(files);
  const bands = faultBands(result.faults, endNs);
  const { laneOf, laneCount } = assignLanes(operations);
  const view = {
    result,
    endNs,
    focuses: focuses(result.checks, operations, bands),
    bands,
    operationsDuring: Object.fromEntries(
      bands.map(({ id, from, to }) => [
        id,
        operations.filter(({ call }) => call >= from && call <= to).length,
      ]),
    ),
    nodes: nodeLanes(result.nodes, trace, bands, endNs),
    laneCount,
    series: seriesOf(operations, endNs),
    logs,
  };
  return { view, columns: toColumns(operations, laneOf) };
}

/** The last moment that anything shown mentions; at least a millisecond, so that an axis exists. */
function endOf({ result, ops }: RunFiles): number {
  let endNs = 1e6;
  for (const op of ops) endNs = Math.max(endNs, op.time);
  for (const { injectedAt, healedAt } of result.faults) {
    endNs = Math.max(endNs, injectedAt ?? 0, healedAt ?? 0);
  }
  return endNs;
}
