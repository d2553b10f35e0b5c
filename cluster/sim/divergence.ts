import { formatOp } from "porcupine-ts";
import type { Simulated } from "./run.ts";

/** Two runs of one seed were not the same: a bug of ours (exit code 70). */
export class DivergenceError extends Error {
  override readonly name = "DivergenceError";
}

/** Throws a `DivergenceError` with the first differing event, by virtual time where it is known. */
export function assertSame(seed: number, one: Simulated, other: Simulated): void {
  const differences = [
    firstDifference("history", historyLines(one), historyLines(other)),
    ...one.load.nodes.map((node) =>
      firstDifference(`trace of ${node}`, one.traces.get(node) ?? [], other.traces.get(node) ?? []),
    ),
  ].filter((difference) => difference !== null);
  const first = differences.sort((a, b) => a.timeNs - b.timeNs)[0];
  if (first === undefined) return;
  throw new DivergenceError(
    `two runs of seed ${seed} diverge at line ${first.line} of the ${first.where}:\n` +
      `  first  ${first.one ?? "(no such line)"}\n  second ${first.other ?? "(no such line)"}`,
  );
}

export function historyLines({ load }: Simulated): string[] {
  return load.ops.map(formatOp);
}

type Difference = {
  readonly where: string;
  /** From 1. */
  readonly line: number;
  readonly one: string | undefined;
  readonly other: string | undefined;
  readonly timeNs: number;
};

function firstDifference(
  where: string,
  one: readonly string[],
  other: readonly string[],
): Difference | null {
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    if (one[at] === other[at]) continue;
    const timeNs = Math.min(timeOf(one[at]), timeOf(other[at]));
    return { where, line: at + 1, one: one[at], other: other[at], timeNs };
  }
  return null;
}

function timeOf(line: string | undefined): number {
  if (line === undefined) return Number.POSITIVE_INFINITY;
  const { time, mono } = JSON.parse(line) as { time?: number; mono?: number };
  return time ?? mono ?? Number.POSITIVE_INFINITY;
}
