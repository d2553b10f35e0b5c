import { formatOp } from "../codec.ts";
import type { Op } from "../history.ts";
import type { Operation } from "../model.ts";

/** The history that the operations come from, in their order of time: for messages, and to paste into a test. */
export function toOps(operations: readonly Operation[]): Op[] {
  const events = operations.flatMap((operation) => {
    const { process, f, key } = operation;
    const common = { process, f, ...(key === undefined ? {} : { key }) };
    const call = { at: operation.call, op: { ...common, type: "invoke", value: operation.input } };
    const end = { at: operation.return, op: { ...common, ...ending(operation) } };
    return operation.return === Infinity ? [call] : [call, end];
  });
  events.sort((a, b) => a.at - b.at);
  return events.map(({ op }, index) => ({ index, time: index, ...op }) as Op);
}

function ending({ outcome, output, error }: Operation): Partial<Op> {
  const told = error === undefined ? {} : { error };
  if (outcome === "ok") return { type: "ok", value: output };
  return { type: outcome === "refused" ? "fail" : "info", ...told };
}

export function toLines(operations: readonly Operation[]): string {
  return toOps(operations).map(formatOp).join("\n");
}
