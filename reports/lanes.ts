import type { PairedOperation } from "./operations.ts";

/**
 * Gives every process a lane, such that the operations of one lane never overlap.
 *
 * A process keeps its lane until its last operation is over; the lowest free lane is taken next. A
 * thread whose process was retired after `info` thus continues on its lane under the new process.
 */
export function assignLanes(operations: readonly PairedOperation[]): {
  readonly laneOf: ReadonlyMap<number, number>;
  readonly laneCount: number;
} {
  const lifetimes = lifetimesOf(operations).sort((a, b) => a.from - b.from);
  const laneOf = new Map<number, number>();
  const free: number[] = [];
  let busy: { readonly lane: number; readonly until: number }[] = [];
  let laneCount = 0;
  for (const { process, from, until } of lifetimes) {
    free.push(...busy.filter((lane) => lane.until <= from).map(({ lane }) => lane));
    busy = busy.filter((lane) => lane.until > from);
    free.sort((a, b) => b - a);
    const lane = free.pop() ?? laneCount++;
    laneOf.set(process, lane);
    busy.push({ lane, until });
  }
  return { laneOf, laneCount };
}

type Lifetime = { readonly process: number; readonly from: number; until: number };

function lifetimesOf(operations: readonly PairedOperation[]): Lifetime[] {
  const byProcess = new Map<number, Lifetime>();
  for (const { process, call, return: returned } of operations) {
    const known = byProcess.get(process);
    const until = returned ?? Infinity;
    if (known === undefined) byProcess.set(process, { process, from: call, until });
    else known.until = Math.max(known.until, until);
  }
  return [...byProcess.values()];
}
