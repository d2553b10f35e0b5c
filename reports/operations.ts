import type { Op } from "porcupine-ts";

/** An invocation with what became of it, as the page shows it. */
export type PairedOperation = {
  /** `index` of the invocation: its name in the report (`#op=1234`). */
  readonly index: number;
  readonly process: number;
  readonly f: string;
  readonly key: string | null;
  readonly input: unknown;
  /** Value of the completion; `undefined` when there was none. */
  readonly output: unknown;
  /** `info` also stands for an invocation without a recorded completion. */
  readonly outcome: "ok" | "fail" | "info";
  readonly error: string | null;
  readonly node: string | null;
  /** Nanoseconds since the run began. */
  readonly call: number;
  /** Null when no completion was recorded. */
  readonly return: number | null;
};

/**
 * Pairs each invocation with the next completion of its process, in journal order.
 *
 * Tolerant, unlike the checker: a completion without an invocation is left out, so that a damaged
 * history can still be looked at.
 */
export function pairInvocations(ops: readonly Op[]): PairedOperation[] {
  const paired: PairedOperation[] = [];
  const openByProcess = new Map<number, number>();
  for (const op of ops) {
    if (op.process === "nemesis") continue;
    if (op.type === "invoke") {
      openByProcess.set(op.process, paired.length);
      paired.push(invoked(op, op.process));
      continue;
    }
    const position = openByProcess.get(op.process);
    const invocation = position === undefined ? undefined : paired[position];
    if (position === undefined || invocation === undefined) continue;
    openByProcess.delete(op.process);
    paired[position] = completed(invocation, op);
  }
  return paired;
}

function invoked(op: Op, process: number): PairedOperation {
  return {
    index: op.index,
    process,
    f: op.f,
    key: op.key ?? null,
    input: op.value,
    output: undefined,
    outcome: "info",
    error: null,
    node: op.node ?? null,
    call: op.time,
    return: null,
  };
}

function completed(invocation: PairedOperation, op: Op): PairedOperation {
  return {
    ...invocation,
    output: op.value,
    outcome: op.type === "ok" || op.type === "fail" ? op.type : "info",
    error: op.error ?? null,
    node: op.node ?? invocation.node,
    return: op.time,
  };
}
