import type { Budget } from "../checker.ts";
import type { Op, OpType } from "../history.ts";

export const unlimited: Budget = {
  stepsMax: Infinity,
  configurationsMax: Infinity,
  shouldStop: () => false,
};

/** One line: process, type, f, then value, or error where the type is `fail` or `info`. */
type Line = readonly [process: number, type: OpType, f: string, rest?: unknown];

/** A history on one key, its lines 10 ms apart. */
export function script(...lines: readonly Line[]): Op[] {
  return lines.map(([process, type, f, rest], index) => {
    const op = { index, time: index * 10_000_000, process, type, f, key: "k1" };
    if (rest === undefined) return op;
    const isError = type === "fail" || type === "info";
    return isError ? { ...op, error: String(rest) } : { ...op, value: rest };
  });
}

/** An operation that is acknowledged at once. */
export function done(process: number, f: string, input?: unknown, output?: unknown): Line[] {
  return [
    [process, "invoke", f, input],
    [process, "ok", f, output],
  ];
}

/** An operation that is refused at once. */
export function failed(process: number, f: string, input: unknown, error: string): Line[] {
  return [
    [process, "invoke", f, input],
    [process, "fail", f, error],
  ];
}

/** An operation whose outcome nobody knows. */
export function lost(process: number, f: string, input?: unknown): Line[] {
  return [
    [process, "invoke", f, input],
    [process, "info", f, "timeout"],
  ];
}
