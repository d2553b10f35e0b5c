/** Moves of the insertion sort, in multiples of the length, before it gives up. */
const movesMax = 32;
const digitBits = 11;
const digitMask = (1 << digitBits) - 1;

/**
 * Sorts the first `count` returns, and their places along with them.
 *
 * They come in the order of calls, so each is only as far from its place as operations overlap: insertion
 * is linear then. A history that overlaps very much is sorted by digits.
 */
export function sortedByReturn(returns: Int32Array, places: Int32Array, count: number): void {
  let moves = movesMax * count;
  for (let i = 1; i < count; i++) {
    const end = returns[i] ?? 0;
    const place = places[i] ?? 0;
    let at = i;
    for (; at > 0 && (returns[at - 1] ?? 0) > end; at--) {
      returns[at] = returns[at - 1] ?? 0;
      places[at] = places[at - 1] ?? 0;
    }
    returns[at] = end;
    places[at] = place;
    moves -= i - at;
    if (moves < 0) {
      sortByDigits(returns, places, count);
      return;
    }
  }
}

function sortByDigits(returns: Int32Array, places: Int32Array, count: number): void {
  const otherReturns = new Int32Array(count);
  const otherPlaces = new Int32Array(count);
  for (let shift = 0; shift < 31; shift += digitBits) {
    const starts = new Int32Array(digitMask + 2);
    for (let i = 0; i < count; i++) {
      const digit = ((returns[i] ?? 0) >>> shift) & digitMask;
      starts[digit + 1] = (starts[digit + 1] ?? 0) + 1;
    }
    for (let digit = 1; digit < starts.length; digit++) {
      starts[digit] = (starts[digit] ?? 0) + (starts[digit - 1] ?? 0);
    }
    for (let i = 0; i < count; i++) {
      const digit = ((returns[i] ?? 0) >>> shift) & digitMask;
      const at = starts[digit] ?? 0;
      otherReturns[at] = returns[i] ?? 0;
      otherPlaces[at] = places[i] ?? 0;
      starts[digit] = at + 1;
    }
    returns.set(otherReturns);
    places.set(otherPlaces);
  }
}
