import { HistoryError } from "./errors.ts";
import type { Op } from "./history.ts";
import { foreignPart } from "./json.ts";
import type { Operation } from "./model.ts";

/** Errors of a `fail` by which the store told something about its state. */
export const refusals: ReadonlySet<string | undefined> = new Set([
  "ErrVersion",
  "ErrNoKey",
  // Of locks: somebody had it, a later holder had written.
  "held",
  "fenced",
  // Of queues: there was nothing to take.
  "empty",
]);

/** Whether a `fail` with this error observed the state; with any other it saw nothing. */
export function isRefusal(error: string | undefined): boolean {
  return refusals.has(error);
}

/**
 * Joins each invocation with its completion and checks that the history is one that single-threaded
 * clients could have recorded.
 *
 * Operations come in the order of their invocations. Those that certainly did nothing and saw nothing
 * (`fail` without a refusal) are left out, nemesis lines too. An operation without a completion is
 * `open`, like one with `info`; `call` and `return` are positions in `ops`.
 *
 * Throws `HistoryError` for: an index that is not the position, a second invocation while one is
 * pending, a completion without invocation or with another `f` or `key`, and a process that acts
 * after `info`, a field of another type than `Op` says, and a value that is no JSON.
 */
export function pairOperations(ops: readonly Op[]): readonly Operation[] {
  let operations = paired.get(ops);
  if (operations === undefined) {
    operations = pairNow(ops);
    paired.set(ops, operations);
  }
  return operations;
}

/** Every checker pairs the history that it is given, and all are given the same, which never changes. */
const paired = new WeakMap<readonly Op[], readonly Operation[]>();

function pairNow(ops: readonly Op[]): Operation[] {
  const pending = new Map<number, Op>();
  const retired = new Set<number>();
  /** By the index of the invocation. */
  const completions: (Op | undefined)[] = new Array(ops.length);
  const invocations: Op[] = [];

  for (let position = 0; position < ops.length; position++) {
    const op = ops[position] as Op;
    if (op.index !== position) fail(op, `expected index ${position}, got ${op.index}`);
    refuseForeignFields(op);
    if (op.process === "nemesis") continue;
    if (retired.has(op.process)) fail(op, `process ${op.process} acts after its info`);
    refuseForeignValue(op);

    const invocation = pending.get(op.process);
    if (op.type === "invoke") {
      if (invocation !== undefined) {
        fail(op, `process ${op.process} invokes while op ${invocation.index} is pending`);
      }
      pending.set(op.process, op);
      invocations.push(op);
      continue;
    }
    if (invocation === undefined) fail(op, `process ${op.process} completes what it never invoked`);
    checkSameOperation(invocation, op);
    pending.delete(op.process);
    if (op.type === "info") retired.add(op.process);
    completions[invocation.index] = op;
  }

  const operations: Operation[] = [];
  for (const invocation of invocations) {
    const operation = pair(invocation, completions[invocation.index]);
    if (operation !== null) operations.push(operation);
  }
  return operations;
}

/** The highest number of a process: columns have 32 bits for it. */
const processMax = 2 ** 31 - 1;
const types: ReadonlySet<unknown> = new Set(["invoke", "ok", "fail", "info"]);

/** Refuses fields that are not of the types of `Op`, as the readers do: ops may come from plain JavaScript. */
export function refuseForeignFields(op: Op): void {
  const { process, type, f, key, error } = op;
  const isProcess = Number.isSafeInteger(process) && Number(process) >= 0;
  if (process !== "nemesis" && !(isProcess && process <= processMax)) {
    refuseField(op, `an integer in 0..${processMax} or "nemesis" as "process"`, process);
  }
  if (!types.has(type)) refuseField(op, `"invoke", "ok", "fail" or "info" as "type"`, type);
  if (typeof f !== "string") refuseField(op, `a string as "f"`, f);
  if (key !== undefined && typeof key !== "string") refuseField(op, `a string as "key"`, key);
  if (error !== undefined && typeof error !== "string")
    refuseField(op, `a string as "error"`, error);
}

function refuseField(op: Op, expected: string, got: unknown): never {
  const seen = got === undefined ? "nothing" : (JSON.stringify(got) ?? typeof got);
  fail(op, `expected ${expected}, got ${seen}`);
}

/** Values are compared by their JSON: what has none would be taken for another value. */
export function refuseForeignValue(op: Op): void {
  const foreign = foreignPart(op.value);
  if (foreign !== null) fail(op, `expected a JSON value, got ${foreign}: write it as a string`);
}

function checkSameOperation(invocation: Op, completion: Op): void {
  if (completion.f !== invocation.f) {
    fail(completion, `completes "${completion.f}", but op ${invocation.index} invoked another f`);
  }
  if (completion.key !== undefined && completion.key !== invocation.key) {
    fail(completion, `completes key ${completion.key}, but op ${invocation.index} has another key`);
  }
}

function pair(invocation: Op, completion: Op | undefined): Operation | null {
  const ending = completion === undefined ? open : judge(completion);
  if (ending === null) return null;
  // One object literal, then the rare fields: histories have a million operations.
  const operation: { -readonly [field in keyof Operation]: Operation[field] } = {
    index: invocation.index,
    process: invocation.process as number,
    f: invocation.f,
    input: invocation.value,
    outcome: ending.outcome,
    call: invocation.index,
    return: ending.return,
  };
  if (invocation.key !== undefined) operation.key = invocation.key;
  if (ending.outcome === "ok") operation.output = completion?.value;
  if (completion?.error !== undefined) operation.error = completion.error;
  return operation;
}

type Ending = Pick<Operation, "outcome" | "return">;

const open: Ending = { outcome: "open", return: Infinity };

function judge(completion: Op): Ending | null {
  const outcome = outcomeOf(completion);
  if (outcome === null) return null;
  return outcome === "open" ? open : { outcome, return: completion.index };
}

/** What a completion says of its operation; null when that did nothing and saw nothing. */
export function outcomeOf({ type, error }: Op): Operation["outcome"] | null {
  if (type === "ok") return "ok";
  if (type === "fail") return isRefusal(error) ? "refused" : null;
  return error === "ErrMaybe" ? "maybe" : "open";
}

function fail(op: Op, message: string): never {
  throw new HistoryError(`op ${op.index}: ${message}`, { index: op.index });
}
