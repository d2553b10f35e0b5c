/** Heights above this are not laid out by browsers; beyond it, scrolling takes longer steps. */
const heightMax = 8e6;

/** Which rows of a long table are put into the page. */
export type RowWindow = {
  readonly first: number;
  /** Not included. */
  readonly end: number;
  /** Pixels above the first of them. */
  readonly top: number;
  /** Pixels of the whole, of which a part is seen. */
  readonly height: number;
};

export type Scrolled = {
  readonly count: number;
  readonly rowHeight: number;
  /** Pixels scrolled, and seen at once. */
  readonly scrollTop: number;
  readonly seen: number;
};

/** The rows that can be seen and a few around them. */
export function windowOf({ count, rowHeight, scrollTop, seen }: Scrolled): RowWindow {
  const height = Math.min(count * rowHeight, Math.max(heightMax, seen));
  const atOnce = Math.ceil(seen / rowHeight);
  const share = height > seen ? Math.max(0, Math.min(1, scrollTop / (height - seen))) : 0;
  const isExact = count * rowHeight <= heightMax;
  const topRow = isExact ? scrollTop / rowHeight : share * (count - seen / rowHeight);
  const first = Math.max(0, Math.min(count - 1, Math.floor(topRow)) - around);
  const end = Math.min(count, Math.floor(topRow) + atOnce + 1 + around);
  return { first, end, top: scrollTop - (topRow - first) * rowHeight, height };
}

const around = 4;

/** How far to scroll so that `row` can be seen; as it is when it can be already. */
export function scrollTo(row: number, scrolled: Scrolled): number {
  const { count, rowHeight, scrollTop, seen } = scrolled;
  const { height } = windowOf(scrolled);
  const isExact = count * rowHeight <= heightMax;
  const steps = Math.max(1, count - seen / rowHeight);
  const perRow = isExact ? rowHeight : (height - seen) / steps;
  const topRow = scrollTop / perRow;
  const rowsSeen = seen / rowHeight;
  if (row < topRow) return Math.min(row * perRow, Math.max(0, height - seen));
  if (row + 1 > topRow + rowsSeen) return (row + 1 - rowsSeen) * perRow;
  return scrollTop;
}
