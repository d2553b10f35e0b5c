import { never } from "../../operations.ts";
import { PositionHeap } from "../position-heap.ts";

/** What is to be put into gaps, by job: `size` of it, into gaps `first` to `last`; into none if `first > last`. */
export type Jobs = {
  readonly size: Float64Array;
  /** From 1 on. */
  readonly first: Int32Array;
  readonly last: Int32Array;
};

export type Filling = {
  /** By job: the gap that took the last of it, or 0. */
  readonly gaps: Int32Array;
  /** A job that could not be put where it must be, or -1. */
  readonly late: number;
  /** A gap that could not be filled, or 0. */
  readonly short: number;
};

/**
 * Puts jobs into gaps, those that end first before the others: if any way puts all of each job into its
 * gaps, this one does, parts of a job in different gaps allowed, and so it does if any way fills every gap
 * but the last one. Gap g takes `capacities[g]` (0 is not used). `ids`: the jobs, in the order of `first`.
 *
 * `all`: ends at the first job that is late. `gaps`: late ones are left out, and it ends at the first gap
 * before the last one that stays short.
 */
export function fill(
  want: "all" | "gaps",
  { size, first, last }: Jobs,
  ids: Int32Array,
  capacities: readonly number[],
): Filling {
  const gaps = new Int32Array(size.length);
  const left = size.slice();
  const waiting = new PositionHeap();
  let next = 0;
  for (let gap = 1; gap < capacities.length; gap++) {
    for (; next < ids.length && (first[ids[next] ?? 0] ?? 0) <= gap; next++) {
      const id = ids[next] ?? 0;
      waiting.push(id, last[id] ?? 0);
    }
    let room = capacities[gap] ?? 0;
    while (waiting.nextPosition < gap || (room > 0 && waiting.nextPosition < never)) {
      const isLate = waiting.nextPosition < gap;
      const id = waiting.pop();
      if (isLate && want === "all") return { gaps, late: id, short: 0 };
      if (isLate) continue;
      const taken = Math.min(room, left[id] ?? 0);
      room -= taken;
      left[id] = (left[id] ?? 0) - taken;
      gaps[id] = gap;
      if (left[id] !== 0) waiting.push(id, last[id] ?? 0);
    }
    const isShort = room > 0 && gap + 1 < capacities.length;
    if (isShort && want === "gaps") return { gaps, late: -1, short: gap };
  }
  return { gaps, late: -1, short: 0 };
}

/**
 * For jobs of size 1, by job: its gap, or 0, in a filling that does what two others do. It puts in all jobs that
 * `all` put in, and fills every gap but the last one as `full` did (Mendelsohn & Dulmage 1958).
 */
export function merge(
  all: Int32Array,
  full: Int32Array,
  capacities: readonly number[],
): Int32Array<ArrayBuffer> {
  const merged = Int32Array.from(all);
  const end = capacities.length - 1;
  const room = [...capacities];
  for (const gap of all) room[gap] = (room[gap] ?? 0) - 1;
  /** Of each gap: jobs that only `full` put there. */
  const others = capacities.map((): number[] => []);
  full.forEach((gap, id) => {
    if (gap !== all[id]) others[gap]?.push(id);
  });
  for (let start = 1; start < end; start++) {
    let gap = start;
    while (gap > 0 && gap < end && (room[gap] ?? 0) > 0) {
      const id = others[gap]?.pop();
      if (id === undefined) throw new Error("a full gap has a job for each place");
      room[gap] = (room[gap] ?? 0) - 1;
      merged[id] = gap;
      // It leaves room where it was; from nowhere, or from the end, nobody is missed.
      const before = all[id] ?? 0;
      if (before > 0 && before < end) room[before] = (room[before] ?? 0) + 1;
      gap = before > 0 && before < end ? before : start;
    }
  }
  return merged;
}
