// The pixels of the client lanes: their number bounds the work of a frame, however many operations
// there are. Colour and shape: ok is solid, fail striped or hollow, info hatched, the rest faint.

import { channels } from "./summary.ts";

/** Pixels as a canvas holds them (`ImageData`), 0 = nothing. */
export type Pixels = { readonly data: Uint32Array; readonly width: number };

/** By outcome code; `other` is for what does not match. */
export type Inks = {
  readonly outcomes: readonly [ok: number, fail: number, info: number];
  readonly faint: readonly [ok: number, fail: number, info: number];
  readonly other: number;
};

export type LaneBox = { readonly top: number; readonly height: number };

/** Below this, an outcome that is there at all would vanish among many others. */
const heightMin = 3;

/**
 * Stacks the counts of each column: ok below, then what does not match, fail and info. Heights are
 * shares, but what is there at all can be seen. Overwrites the lane. `first` is the number of the
 * leftmost column, which anchors the patterns.
 */
export function paintCounts(
  { data, width }: Pixels,
  box: LaneBox,
  counts: Uint32Array,
  options: { readonly columns: number; readonly first: number; readonly inks: Inks },
): void {
  const { columns, first, inks } = options;
  const [okInk, failInk, infoInk] = inks.outcomes;
  const { height } = box;
  // Most of a lane is ok: filling it at once is far cheaper than one pixel after the other.
  data.fill(okInk, box.top * width, (box.top + height) * width);
  for (let column = 0; column < columns; column++) {
    const at = column * channels;
    const ok = counts[at] as number;
    const fail = counts[at + 1] as number;
    const info = counts[at + 2] as number;
    const other = counts[at + 3] as number;
    const sum = ok + fail + info + other;
    if (ok === sum && sum > 0) continue;
    const share = sum === 0 ? 0 : height / sum;
    const infoRows = info === 0 ? 0 : rowsOf(info, share, height);
    const failFrom = infoRows + (fail === 0 ? 0 : rowsOf(fail, share, height - infoRows));
    const left = height - failFrom;
    const okRows = other === 0 ? left : ok === 0 ? 0 : rowsOf(ok, share, left);
    const okFrom = sum === 0 ? height : height - okRows;
    const otherInk = sum === 0 ? 0 : inks.other;
    const shift = first + column;
    let place = box.top * width + column;
    let y = 0;
    for (; y < infoRows; y++, place += width) data[place] = ((shift + y) & 3) < 2 ? infoInk : 0;
    for (; y < failFrom; y++, place += width) data[place] = (y & 1) === 0 ? failInk : 0;
    for (; y < okFrom; y++, place += width) data[place] = otherInk;
  }
}

function rowsOf(count: number, share: number, height: number): number {
  return Math.min(height, Math.max(heightMin, Math.round(count * share)));
}

export type Bar = {
  /** Columns; the part outside of the image is left out. */
  readonly from: number;
  readonly to: number;
  readonly outcome: number;
  readonly isFaint: boolean;
};

/** One operation: solid = ok, hollow = fail, hatched behind a solid edge = info. */
export function paintBar(
  { data, width }: Pixels,
  box: LaneBox,
  bar: Bar,
  options: { readonly first: number; readonly inks: Inks },
): void {
  const { inks, first } = options;
  const ink = (bar.isFaint ? inks.faint : inks.outcomes)[bar.outcome as 0 | 1 | 2] ?? 0;
  const from = Math.max(0, bar.from);
  const to = Math.min(width, bar.to);
  if (from >= to) return;
  const lastRow = box.height - 1;
  for (let y = 0; y < box.height; y++) {
    const start = (box.top + y) * width;
    const isEdge = y === 0 || y === lastRow;
    if (bar.outcome === 0 || (bar.outcome === 1 && isEdge)) {
      data.fill(ink, start + from, start + to);
      continue;
    }
    if (bar.from >= 0) data[start + from] = ink;
    if (bar.outcome === 1) {
      if (bar.to <= width) data[start + to - 1] = ink;
      continue;
    }
    if (bar.from >= 0 && from + 1 < to) data[start + from + 1] = ink;
    for (let x = from; x < to; x++) if ((first + x + y) % 5 === 0) data[start + x] = ink;
  }
}
