import type { Inside } from "./inside.ts";
import { valueAt } from "./inside.ts";
import type { NodeLane } from "./node-lanes.ts";
import type { OperationTable } from "./operation-table.ts";

/** Columns for a plot: seconds first, then one column a line; null where a line has no value. */
export type PlotColumns = readonly (readonly (number | null)[])[];

/** Operations picked out of many, by their rows, ascending. */
export type Sample = { readonly rows: Int32Array; readonly answered: number };

const bins = 400;
/** Decades of latency, from a nanosecond. */
const decades = 14;

/**
 * At most about `max` of the operations that were answered: the slowest quarter as far as it goes, the
 * others evenly by their order.
 */
export function sampleLatency(table: OperationTable, max: number): Sample {
  const counts = new Int32Array(bins);
  let answered = 0;
  for (let row = 0; row < table.size; row++) {
    const took = table.took[row] as number;
    if (took < 0) continue;
    answered += 1;
    counts[binOf(took)] = (counts[binOf(took)] as number) + 1;
  }
  const slowBin = answered <= max ? 0 : binAbove(counts, max / 4);
  const every = Math.max(1, Math.ceil(answered / (0.75 * max)));
  const rows: number[] = [];
  let seen = 0;
  for (let row = 0; row < table.size; row++) {
    const took = table.took[row] as number;
    if (took < 0) continue;
    if (answered <= max || seen % every === 0 || binOf(took) >= slowBin) rows.push(row);
    seen += 1;
  }
  return { rows: Int32Array.from(rows), answered };
}

function binOf(took: number): number {
  const share = Math.log10(Math.max(1, took)) / decades;
  return Math.min(bins - 1, Math.floor(share * bins));
}

/** The lowest bin from which on at most `most` operations are slower. */
function binAbove(counts: Int32Array, most: number): number {
  let slower = 0;
  for (let bin = bins - 1; bin >= 0; bin--) {
    slower += counts[bin] as number;
    if (slower > most) return bin + 1;
  }
  return 0;
}

/** Milliseconds by the time of the call, a line an outcome (ok, fail, info). */
export function scatterColumns(table: OperationTable, { rows }: Sample): PlotColumns {
  const at: number[] = [];
  const lines: (number | null)[][] = [[], [], []];
  for (const row of rows) {
    at.push((table.call[row] as number) / 1e9);
    const ms = Math.max(0.001, (table.took[row] as number) / 1e6);
    for (const [outcome, line] of lines.entries()) {
      line.push(table.outcome[row] === outcome ? ms : null);
    }
  }
  return [at, ...lines];
}

/** Moments at which lines of nodes are compared: as many as a wide screen has pixels for. */
const moments = 600;

function momentsOf(endNs: number): number[] {
  return Array.from({ length: moments + 1 }, (_, at) => (at * endNs) / moments);
}

/** Milliseconds by which each node's wall clock was off, a line a node; all samples, none in between. */
export function clockColumns({ nodes }: Inside): PlotColumns {
  const at = [...new Set(nodes.flatMap(({ clockOffset }) => clockOffset.at))].sort((a, b) => a - b);
  const lines = nodes.map(({ clockOffset }) => {
    const samples = new Map(clockOffset.at.map((ns, place) => [ns, clockOffset.value[place]]));
    return at.map((ns) => samples.get(ns) ?? null);
  });
  return [at.map((ns) => ns / 1e9), ...lines];
}

/**
 * By how many entries the log of each node ended before the leader's, a line a node; null for the leader
 * itself, for a node that is down, and while nobody leads.
 */
export function lagColumns(
  { nodes }: Inside,
  lanes: readonly NodeLane[],
  endNs: number,
): PlotColumns {
  const at = momentsOf(endNs);
  const leaders = at.map((ns) => leaderAt(lanes, ns));
  const lines = nodes.map(({ node, lastLogIndex }) => {
    const lane = lanes.find((one) => one.node === node);
    return at.map((ns, place) => {
      const leader = nodes.find((one) => one.node === leaders[place]);
      if (leader === undefined || leader.node === node || isDown(lane, ns)) return null;
      const [ahead, own] = [valueAt(leader.lastLogIndex, ns), valueAt(lastLogIndex, ns)];
      return ahead === null || own === null ? null : Math.max(0, ahead - own);
    });
  });
  return [at.map((ns) => ns / 1e9), ...lines];
}

/** Of several that believe they lead, the one of the highest term. */
function leaderAt(lanes: readonly NodeLane[], ns: number): string | null {
  let leader: string | null = null;
  let highest = -1;
  for (const { node, roles } of lanes) {
    const span = roles.findLast(({ from }) => from <= ns);
    if (span?.role !== "leader" || span.to < ns || (span.term ?? 0) <= highest) continue;
    [leader, highest] = [node, span.term ?? 0];
  }
  return leader;
}

function isDown(lane: NodeLane | undefined, ns: number): boolean {
  const states = lane?.states ?? [];
  return states.some(({ state, from, to }) => state === "down" && from <= ns && ns <= to);
}
