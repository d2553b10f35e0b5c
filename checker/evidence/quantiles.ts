/** Quantiles of some figures, each one of them; absent of none. */
export type Quantiles = {
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
};

/** Nearest-rank quantiles; null of no figures. Figures that are NaN do not count. */
export function quantilesOf(figures: readonly number[]): Quantiles | null {
  const sorted = Float64Array.from(figures.filter((figure) => !Number.isNaN(figure))).sort();
  if (sorted.length === 0) return null;
  const at = (share: number): number =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { min: at(0), p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
