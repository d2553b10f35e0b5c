/** What the table of operations can be sorted by; `op` is the order of the calls. */
const sortColumns = ["op", "client", "f", "key", "node", "outcome", "error", "took"] as const;
export type SortColumn = (typeof sortColumns)[number];

export function isSortColumn(text: string): text is SortColumn {
  return (sortColumns as readonly string[]).includes(text);
}

/** The columns of the table of operations that an order looks at. */
export type OrderSource = {
  readonly size: number;
  readonly process: Int32Array;
  readonly outcome: Uint8Array;
  readonly f: Int32Array;
  readonly key: Int32Array;
  readonly node: Int32Array;
  readonly error: Int32Array;
  readonly took: Float64Array;
  readonly dictionary: readonly string[];
};

/**
 * Sorts rows that are in call order, in place, linearly (by digits). Equal ones stay in call order,
 * `isDescending` or not; what has no key, node, error or completion comes last.
 */
export function sortRows(
  rows: Int32Array,
  table: OrderSource,
  by: SortColumn,
  isDescending: boolean,
): void {
  if (by === "op") {
    if (isDescending) rows.reverse();
    return;
  }
  const key = keyOf(table, by);
  let max = 0;
  for (const row of rows) max = Math.max(max, key(row));
  const keys = Float64Array.from(rows, (row) => {
    const found = key(row);
    // One above all others; the same either way.
    if (found < 0) return max + 1;
    return isDescending ? max - found : found;
  });
  sortByDigits(rows, keys, max + 1);
}

/** A whole number that orders rows; below zero = nothing there. */
function keyOf(table: OrderSource, by: Exclude<SortColumn, "op">): (row: number) => number {
  switch (by) {
    case "client":
      return (row) => table.process[row] as number;
    case "outcome":
      return (row) => table.outcome[row] as number;
    case "took":
      return (row) => Math.floor(table.took[row] as number);
    default: {
      const ranks = ranksOf(table.dictionary);
      const column = table[by];
      return (row) => ranks[column[row] as number] ?? -1;
    }
  }
}

/** Place of each word in the order of people: k2 before k10. */
function ranksOf(dictionary: readonly string[]): Int32Array {
  const { compare } = new Intl.Collator("en", { numeric: true });
  const order = dictionary.map((_, code) => code);
  order.sort((a, b) => compare(dictionary[a] ?? "", dictionary[b] ?? ""));
  const ranks = new Int32Array(dictionary.length);
  for (const [rank, code] of order.entries()) ranks[code] = rank;
  return ranks;
}

const radix = 1 << 11;

function sortByDigits(rows: Int32Array, keys: Float64Array, max: number): void {
  let fromRows = rows;
  let fromKeys = keys;
  let toRows: Int32Array = new Int32Array(rows.length);
  let toKeys: Float64Array = new Float64Array(rows.length);
  for (let scale = 1; scale <= max; scale *= radix) {
    const digit = (key: number) => Math.floor(key / scale) % radix;
    const places = new Int32Array(radix + 1);
    for (const key of fromKeys) {
      const next = digit(key) + 1;
      places[next] = (places[next] as number) + 1;
    }
    for (let at = 1; at <= radix; at++)
      places[at] = (places[at] as number) + (places[at - 1] as number);
    for (let at = 0; at < fromKeys.length; at++) {
      const key = fromKeys[at] as number;
      const place = places[digit(key)] as number;
      places[digit(key)] = place + 1;
      toKeys[place] = key;
      toRows[place] = fromRows[at] as number;
    }
    [fromRows, toRows] = [toRows, fromRows];
    [fromKeys, toKeys] = [toKeys, fromKeys];
  }
  if (fromRows !== rows) rows.set(fromRows);
}
