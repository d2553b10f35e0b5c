import type { Anomaly, Progress } from "../checker.ts";
import type { StreamOperation } from "./stream-operation.ts";

/** Judges the operations of one partition while they come. */
export interface KeyMachine {
  /** An operation was called; nothing else is known of it yet. */
  call(operation: StreamOperation): void;
  /**
   * An operation ended, or it is known that nobody will know (`open`). `oldest` is the earliest call that is
   * still under way, or the present: what comes to be known from here on was called there or later.
   * The first answer that is not null ends the machine.
   */
  end(operation: StreamOperation, oldest: number): StreamFinding | null;
  /** What can be said beyond what `end` has said, were every operation under way to stay open. */
  probe(): StreamFinding | null;
  /** The same, once and for all. */
  finish(): StreamFinding | null;
  /** What is kept of the past: operations, values, configurations. */
  readonly size: number;
}

export type StreamFinding =
  /** No order explains what was seen until now. */
  | { readonly verdict: "invalid"; readonly anomaly: Anomaly }
  /** The machine cannot go on; the sentence says why. */
  | { readonly verdict: "unknown"; readonly reason: string; readonly progress?: MachineProgress };

/** What a machine that gives up knows of how far it came. */
export type MachineProgress = Omit<Progress, "key" | "undecidedKeys">;

/** An anomaly at `operation`; `related` may have gaps and repetitions. */
export function invalid(
  operation: StreamOperation,
  kind: Anomaly["kind"],
  related: readonly (number | undefined)[],
  texts: { readonly expected: string; readonly observed: string },
): StreamFinding {
  const { index, key } = operation;
  const others = related.filter((other): other is number => other !== undefined && other !== index);
  const anomaly: Anomaly = {
    kind,
    ...(key === undefined ? {} : { key }),
    operation: index,
    related: [...new Set(others)].sort((a, b) => a - b),
    ...texts,
  };
  return { verdict: "invalid", anomaly };
}
