import type { Op } from "porcupine-ts";

/** Quantiles of a measured thing; null where nothing was measured. */
export type Quantiles = {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
};

/** What a history says in numbers. */
export type HistoryFigures = {
  /** Of `ok` operations from call to return, milliseconds. */
  readonly latencyMs: Quantiles | null;
  /** `ok` operations in each whole second of the load. */
  readonly okPerSecond: { readonly p10: number; readonly p50: number; readonly max: number } | null;
};

/** One operation that was asked for by its index. */
export type Found = { readonly node: string | null; readonly from: number; readonly to: number };

/** Reads a history line by line. */
export type FigureReader = {
  push(op: Op): void;
  figures(): HistoryFigures;
  /** The operations whose `index` was asked for, as far as the history has them. */
  readonly found: ReadonlyMap<number, Found>;
};

type Open = { readonly index: number; readonly call: number };

export function createFigureReader(wanted: ReadonlySet<number>): FigureReader {
  const open = new Map<number, Open>();
  const tookMs: number[] = [];
  const perSecond: number[] = [];
  const found = new Map<number, Found>();
  return {
    found,
    push(op) {
      if (op.process === "nemesis") return;
      if (op.type === "invoke") {
        open.set(op.process, { index: op.index, call: op.time });
        if (wanted.has(op.index)) {
          found.set(op.index, { node: op.node ?? null, from: op.time, to: op.time });
        }
        return;
      }
      const invocation = open.get(op.process);
      if (invocation === undefined) return;
      open.delete(op.process);
      const before = found.get(invocation.index);
      if (before !== undefined) {
        found.set(invocation.index, { ...before, node: op.node ?? before.node, to: op.time });
      }
      if (op.type !== "ok") return;
      tookMs.push((op.time - invocation.call) / 1e6);
      const second = Math.floor(op.time / 1e9);
      perSecond[second] = (perSecond[second] ?? 0) + 1;
    },
    figures: () => ({ latencyMs: latencyOf(tookMs), okPerSecond: rateOf(perSecond) }),
  };
}

function latencyOf(tookMs: readonly number[]): Quantiles | null {
  if (tookMs.length === 0) return null;
  const sorted = Float64Array.from(tookMs).sort();
  const at = (share: number) => rounded(quantile(sorted, share));
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

/** The first and the last second are cut by the run: they are left out where others remain. */
function rateOf(perSecond: readonly (number | undefined)[]): HistoryFigures["okPerSecond"] {
  const first = perSecond.findIndex((count) => count !== undefined);
  if (first < 0) return null;
  const all = Array.from(perSecond.slice(first), (count) => count ?? 0);
  const sorted = Float64Array.from(all.length > 2 ? all.slice(1, -1) : all).sort();
  return { p10: quantile(sorted, 0.1), p50: quantile(sorted, 0.5), max: quantile(sorted, 1) };
}

/** By nearest rank. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
