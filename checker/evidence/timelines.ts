import { never, type Operations } from "../operations.ts";

/** The operations of one key, or those without a key. */
export type Timeline = {
  readonly key: string | undefined;
  /** Rows in the order of their calls. */
  readonly calls: Int32Array;
  /** Rows that returned, in the order in which they did. */
  readonly returns: Int32Array;
};

/** The timelines of a history, by key, in linear time where positions are dense. */
export function timelines(operations: Operations): Timeline[] {
  const { count, keys } = operations;
  const all = Int32Array.from({ length: count }, (_, row) => row);
  const calls = split(operations, all);
  const returns = split(operations, byReturn(operations));
  const found: Timeline[] = [];
  for (let part = 0; part <= keys.length; part++) {
    const own = calls(part);
    if (own.length === 0) continue;
    found.push({ key: keys[part - 1], calls: own, returns: returns(part) });
  }
  return found;
}

/** Both kinds of event of a timeline in the order in which they happened. */
export function sweep(
  { call, return: returned }: Operations,
  { calls, returns }: Timeline,
  { onCall, onReturn }: { onCall: (row: number) => void; onReturn: (row: number) => void },
): void {
  let next = 0;
  for (let i = 0; i < calls.length; i++) {
    const row = calls[i] ?? 0;
    const at = call[row] ?? 0;
    while (next < returns.length && (returned[returns[next] ?? 0] ?? 0) < at) {
      onReturn(returns[next++] ?? 0);
    }
    onCall(row);
  }
  while (next < returns.length) onReturn(returns[next++] ?? 0);
}

function byReturn({ count, return: returned }: Operations): Int32Array {
  let last = -1;
  let finite = 0;
  for (let row = 0; row < count; row++) {
    const at = returned[row] ?? never;
    if (at === never) continue;
    finite++;
    if (at > last) last = at;
  }
  const rows = new Int32Array(finite);
  let filled = 0;
  if (last > 16 * count + 1024) {
    for (let row = 0; row < count; row++) if (returned[row] !== never) rows[filled++] = row;
    return rows.sort((a, b) => (returned[a] ?? 0) - (returned[b] ?? 0));
  }
  const rowAt = new Int32Array(last + 1).fill(-1);
  for (let row = 0; row < count; row++) {
    const at = returned[row] ?? never;
    if (at !== never) rowAt[at] = row;
  }
  for (let at = 0; at <= last; at++) {
    const row = rowAt[at] ?? -1;
    if (row >= 0) rows[filled++] = row;
  }
  return rows;
}

/** `rows` by key, each key's in their order: part 0 has no key, part i + 1 is key i. */
function split({ key, keys }: Operations, rows: Int32Array): (part: number) => Int32Array {
  const ends = new Int32Array(keys.length + 2);
  for (const row of rows) {
    const part = (key[row] ?? -1) + 2;
    ends[part] = (ends[part] ?? 0) + 1;
  }
  for (let part = 1; part < ends.length; part++)
    ends[part] = (ends[part] ?? 0) + (ends[part - 1] ?? 0);
  const sorted = new Int32Array(rows.length);
  for (const row of rows) {
    const part = (key[row] ?? -1) + 1;
    const place = ends[part] ?? 0;
    sorted[place] = row;
    ends[part] = place + 1;
  }
  // By now every part's place is its end.
  return (part) => sorted.subarray(part === 0 ? 0 : ends[part - 1], ends[part]);
}
