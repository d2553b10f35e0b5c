/** A stretch of the time axis; `left` and `width` are fractions of the whole axis. */
export type Stretch = {
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly width: number;
  /** Nothing of the core was under way: drawn short, and marked as such. */
  readonly isGap: boolean;
};

export type Interval = { readonly from: number; readonly to: number };

/** A gap that is so many times longer than all that happens around it is cut short. */
const gapFactor = 3;
const gapWidth = 0.09;
/** What happens between two gaps gets so much room at least, as a share of an even split. */
const clusterShare = 0.5;
const margin = 0.03;

/**
 * A time axis on which operations that are far apart can still be seen: linear in between, long gaps cut.
 * The stretches follow one another and fill the axis. `intervals` is not empty.
 */
export function coreScale(intervals: readonly Interval[]): Stretch[] {
  const clusters = clustersOf(intervals);
  const room = 1 - gapWidth * (clusters.length - 1);
  const durations = clusters.map(({ from, to }) => Math.max(1, to - from));
  const total = durations.reduce((sum, duration) => sum + duration, 0);
  const even = 1 / clusters.length;
  const stretches: Stretch[] = [];
  let left = 0;
  for (const [place, { from, to }] of clusters.entries()) {
    const before = clusters[place - 1];
    if (before !== undefined) {
      stretches.push({ from: before.to, to: from, left, width: gapWidth, isGap: true });
      left += gapWidth;
    }
    const share = (durations[place] ?? 0) / total;
    const width = room * (clusterShare * even + (1 - clusterShare) * share);
    stretches.push({ from, to, left, width, isGap: false });
    left += width;
  }
  return stretches;
}

/** Where a moment is, as a fraction of the axis; moments outside are at its ends. */
export function placeOn(stretches: readonly Stretch[], at: number): number {
  for (const { from, to, left, width } of stretches) {
    if (at < from) return left;
    if (at <= to) return left + (width * (at - from)) / Math.max(1, to - from);
  }
  return 1;
}

/** Whether any of it lies outside of the gaps. */
export function isSeen(stretches: readonly Stretch[], from: number, to: number): boolean {
  return stretches.some((part) => !part.isGap && from <= part.to && to >= part.from);
}

/** What lies together in time, with a margin around each. */
function clustersOf(intervals: readonly Interval[]): Interval[] {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  const busy = merged.reduce((sum, { from, to }) => sum + to - from, 0);
  const limit = gapFactor * Math.max(busy, 1e6);
  const clusters: { from: number; to: number }[] = [];
  for (const one of merged) {
    const last = clusters.at(-1);
    if (last !== undefined && one.from - last.to <= limit) last.to = one.to;
    else clusters.push({ ...one });
  }
  return clusters.map(({ from, to }) => {
    const room = Math.max(1e5, (to - from) * margin);
    return { from: from - room, to: to + room };
  });
}
