import type { OperationColumns } from "./operation-table.ts";

/**
 * Gives every process a lane, such that the operations of one lane never overlap.
 *
 * A process keeps its lane until its last operation is over; the lowest free lane is taken next. A
 * thread whose process was retired after `info` thus continues on its lane under the new process.
 */
export function layLanes(columns: Pick<OperationColumns, "process" | "call" | "took">): {
  /** Of each row. */
  readonly lane: Int32Array;
  readonly laneCount: number;
} {
  const { places, from, until } = lifetimesOf(columns);
  const byStart = from.map((_, place) => place).sort((a, b) => at(from, a) - at(from, b));
  const byEnd = until.map((_, place) => place).sort((a, b) => at(until, a) - at(until, b));
  const laneOf = new Int32Array(from.length).fill(-1);
  /** Descending: the lowest is taken from the end. */
  const free: number[] = [];
  let ended = 0;
  let laneCount = 0;
  for (const place of byStart) {
    for (; ended < byEnd.length; ended++) {
      const over = byEnd[ended] as number;
      const lane = laneOf[over] as number;
      // A life of no length may end where this one begins, and not have begun yet.
      if (at(until, over) > at(from, place) || lane === -1) break;
      insertDescending(free, lane);
    }
    laneOf[place] = free.pop() ?? laneCount++;
  }
  return { lane: places.map((place) => laneOf[place] as number), laneCount };
}

/** When each process calls first and returns last; `places` tells each row which of these it is of. */
function lifetimesOf({ process, call, took }: Pick<OperationColumns, "process" | "call" | "took">) {
  const placeOf = new Map<number, number>();
  const places = new Int32Array(process.length);
  const from: number[] = [];
  const until: number[] = [];
  for (let row = 0; row < process.length; row++) {
    const start = call[row] as number;
    const length = took[row] as number;
    const end = length < 0 ? Infinity : start + length;
    let place = placeOf.get(process[row] as number);
    if (place === undefined) {
      place = from.push(start) - 1;
      until.push(end);
      placeOf.set(process[row] as number, place);
    } else if (end > at(until, place)) until[place] = end;
    places[row] = place;
  }
  return { places, from, until };
}

function insertDescending(list: number[], value: number): void {
  let place = list.length;
  while (place > 0 && at(list, place - 1) < value) place--;
  list.splice(place, 0, value);
}

function at(list: readonly number[], place: number): number {
  return list[place] as number;
}
