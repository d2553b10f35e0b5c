// How many operations of a lane run in each stretch of time, at every zoom: a picture of a million
// operations reads a few numbers a pixel instead of the operations.

/** The columns of the table of operations that a summary is made from. */
export type SummarySource = {
  readonly laneCount: number;
  readonly call: Float64Array;
  /** -1 = never completed. */
  readonly took: Float64Array;
  /** Position in `outcomes`. */
  readonly outcome: Uint8Array;
  /** Rows of a lane in time order; they do not overlap. */
  laneRows(lane: number): Int32Array;
};

/** Counts kept of each bucket: matching ok, fail and info, and all that does not match. */
export const channels = 4;
const otherChannel = 3;

type Level = {
  /** Nanoseconds of one bucket. */
  readonly bucketNs: number;
  readonly buckets: number;
  /** `channels` numbers a bucket, bucket after bucket, lane after lane; they stop at 65,535. */
  readonly counts: Uint16Array;
};

export type Summary = {
  readonly laneCount: number;
  readonly endNs: number;
  /** The finest first; each of the others has half the buckets of the one before. */
  readonly levels: readonly Level[];
};

const countMax = 65_535;
const bucketsMin = 256;
const bucketsMax = 1 << 15;
const bucketsOfAllLanes = 1 << 19;

/** Room for a summary of `laneCount` lanes over a run that ends at `endNs`. */
export function emptySummary(laneCount: number, endNs: number): Summary {
  let buckets = bucketsMax;
  while (buckets > bucketsMin && buckets * laneCount > bucketsOfAllLanes) buckets /= 2;
  const levels: Level[] = [];
  for (; buckets >= bucketsMin; buckets /= 2) {
    const counts = new Uint16Array(laneCount * buckets * channels);
    levels.push({ bucketNs: endNs / buckets, buckets, counts });
  }
  return { laneCount, endNs, levels };
}

/**
 * Counts every operation in each bucket in which it runs. `mask` holds 1 for the rows that match;
 * null = all do. Linear: the operations of a lane do not overlap.
 */
export function summarise(into: Summary, table: SummarySource, mask: Uint8Array | null): void {
  const finest = into.levels[0];
  if (finest === undefined) return;
  finest.counts.fill(0);
  for (let lane = 0; lane < table.laneCount; lane++) {
    countLane(finest, table, lane, into.endNs, mask);
  }
  for (const [position, level] of into.levels.entries()) {
    const finer = into.levels[position - 1];
    if (finer !== undefined) halve(finer, level);
  }
}

function countLane(
  { bucketNs, buckets, counts }: Level,
  table: SummarySource,
  lane: number,
  endNs: number,
  mask: Uint8Array | null,
): void {
  const { call, took, outcome } = table;
  const start = lane * buckets;
  for (const row of table.laneRows(lane)) {
    const from = call[row] as number;
    const lasted = took[row] as number;
    const until = lasted < 0 ? endNs : from + lasted;
    const first = Math.max(0, Math.floor(from / bucketNs));
    const last = Math.min(buckets - 1, Math.floor(until / bucketNs));
    const channel = mask === null || mask[row] === 1 ? (outcome[row] as number) : otherChannel;
    for (let bucket = first; bucket <= last; bucket++) {
      const place = (start + bucket) * channels + channel;
      const count = counts[place] as number;
      if (count < countMax) counts[place] = count + 1;
    }
  }
}

function halve(finer: Level, coarser: Level): void {
  const from = finer.counts;
  const to = coarser.counts;
  for (let place = 0; place < to.length; place++) {
    const channel = place % channels;
    const left = 2 * (place - channel) + channel;
    const sum = (from[left] as number) + (from[left + channels] as number);
    to[place] = Math.min(countMax, sum);
  }
}

/** A strip of pixels: column `first + i` stands for `columnNs` nanoseconds from `(first + i) * columnNs`. */
export type Strip = {
  readonly first: number;
  readonly columns: number;
  readonly columnNs: number;
};

/** Whether the strip is so far out that the summary stands for the operations. */
export function isSummarised(summary: Summary, strip: Strip): boolean {
  const finest = summary.levels[0];
  return finest !== undefined && finest.bucketNs <= strip.columnNs;
}

/**
 * Writes the counts of each column of a strip, `channels` numbers a column. Every bucket belongs to
 * exactly one column, and columns stand still in time, so that nothing flickers while it moves.
 */
export function readSummary(
  summary: Summary,
  lane: number,
  { first, columns, columnNs }: Strip,
  into: Uint32Array,
): void {
  const level = summary.levels.findLast(({ bucketNs }) => bucketNs <= columnNs);
  if (level === undefined) {
    into.fill(0, 0, columns * channels);
    return;
  }
  const { bucketNs, buckets, counts } = level;
  const perColumn = columnNs / bucketNs;
  const start = lane * buckets;
  let bucket = Math.max(0, Math.ceil(first * perColumn));
  let at = 0;
  for (let column = 0; column < columns; column++) {
    const next = Math.min(buckets, Math.ceil((first + column + 1) * perColumn));
    // Written out: this runs for each pixel of each lane in every frame.
    let ok = 0;
    let fail = 0;
    let info = 0;
    let other = 0;
    for (; bucket < next; bucket++) {
      const place = (start + bucket) * channels;
      ok += counts[place] as number;
      fail += counts[place + 1] as number;
      info += counts[place + 2] as number;
      other += counts[place + 3] as number;
    }
    into[at++] = ok;
    into[at++] = fail;
    into[at++] = info;
    into[at++] = other;
  }
}

/** From this many columns on, an operation is drawn by itself. */
export const wideColumns = 3;

/**
 * The same from the operations themselves, for strips that are closer than the summary: those narrower
 * than `wideColumns` are counted, and the rows of all others put into `wide`.
 */
export function readOperations(
  table: SummarySource,
  options: { readonly lane: number; readonly strip: Strip; readonly endNs: number },
  mask: Uint8Array | null,
  into: Uint32Array,
  wide: number[],
): void {
  const { lane, strip, endNs } = options;
  const { first, columns, columnNs } = strip;
  const { call, took, outcome } = table;
  const rows = table.laneRows(lane);
  into.fill(0, 0, columns * channels);
  const start = firstEndingAt(table, rows, first * columnNs);
  for (let position = start; position < rows.length; position++) {
    const row = rows[position] as number;
    const from = (call[row] as number) / columnNs - first;
    if (from >= columns) break;
    const lasted = took[row] as number;
    const until = lasted < 0 ? endNs / columnNs - first : from + lasted / columnNs;
    if (until - from >= wideColumns) {
      wide.push(row);
      continue;
    }
    const channel = mask === null || mask[row] === 1 ? (outcome[row] as number) : otherChannel;
    const last = Math.min(columns - 1, Math.floor(until));
    for (let column = Math.max(0, Math.floor(from)); column <= last; column++) {
      const at = column * channels + channel;
      into[at] = (into[at] as number) + 1;
    }
  }
}

/** Position in `rows` of the first operation that ends at `ns` or later. */
export function firstEndingAt(table: SummarySource, rows: Int32Array, ns: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle] as number;
    const lasted = table.took[row] as number;
    const isOver = lasted >= 0 && (table.call[row] as number) + lasted < ns;
    if (isOver) low = middle + 1;
    else high = middle;
  }
  return low;
}
