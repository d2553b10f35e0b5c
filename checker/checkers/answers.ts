import type { Anomaly, Checker, CheckResult } from "../checker.ts";
import type { Op } from "../history.ts";
import { fieldsOf, isObject } from "../json.ts";
import { pairOperations } from "../pairing.ts";
import { plural } from "../plural.ts";

/** What the wire saw of one copy of a request: an answer, or that none came. */
type Copy = {
  /** Of an HTTP answer. */
  readonly status?: number;
  readonly error?: string;
  readonly version?: number;
  /** It was never sent. */
  readonly notSent?: string;
};

/** Calls that are one request each, sent again until an answer decides them. */
const judged: ReadonlySet<string> = new Set(["put", "append"]);

/**
 * What a client says of an operation agrees with what came over the wire, where it was sent more than
 * once (`wire` of a completion: every copy, in order).
 *
 * `ok` needs an acknowledged copy, and an acknowledged copy needs `ok`; `fail` needs every copy to
 * have done nothing; ErrMaybe needs a copy in doubt, and a later one refused by a version beyond its
 * own. A clerk that reports more doubt than there is breaks no model: only the wire convicts it.
 */
export const checker: Checker = {
  name: "answers",
  summary: "clients say of an operation what its resent copies were answered, no more and no less",
  options: {},
  required: [],
  check,
};

function check(ops: readonly Op[]): CheckResult {
  pairOperations(ops);
  const invocations = new Map<Op["process"], Op>();
  const anomalies: Anomaly[] = [];
  let judgedCount = 0;
  for (const op of ops) {
    if (op.process === "nemesis") continue;
    if (op.type === "invoke") {
      invocations.set(op.process, op);
      continue;
    }
    const copies = copiesOf(op);
    const invocation = invocations.get(op.process);
    if (copies === null || invocation === undefined || !judged.has(op.f)) continue;
    judgedCount += 1;
    const expected = contradiction(op, copies, fieldsOf(invocation.value)["version"]);
    if (expected !== null) anomalies.push(anomalyOf(invocation, op, copies, expected));
  }
  const [first] = anomalies;
  return {
    verdict: first === undefined ? "valid" : "invalid",
    summary:
      first === undefined
        ? `${plural(judgedCount, "operation that was", "operations that were")} sent more than once and reported as answered`
        : `${anomalies.length} of ${plural(judgedCount, "resent operation")} reported wrongly: ` +
          `op ${first.operation}: ${first.observed}`,
    anomalies: anomalies.slice(0, 20),
    stats: { resent: judgedCount },
  };
}

/** The `wire` of a completion; null when it has none. */
function copiesOf(op: Op): readonly Copy[] | null {
  const { wire } = op as Op & { readonly wire?: unknown };
  return Array.isArray(wire) && wire.length > 0 && wire.every(isObject) ? (wire as Copy[]) : null;
}

/** What the copies prove that the completion denies; null when it agrees with them. */
function contradiction(
  { type, f, error }: Op,
  copies: readonly Copy[],
  version: unknown,
): string | null {
  const isDone = copies.some(tookEffect);
  if (isDone !== (type === "ok")) {
    return isDone ? "ok: a copy was acknowledged" : "no ok: no copy was acknowledged";
  }
  const isInDoubt = copies.some((copy) => !tookEffect(copy) && !didNothing(f, copy));
  if (type === "fail" && isInDoubt) return "info: a copy may have taken effect";
  if (type !== "info" || error !== "ErrMaybe") return null;
  if (!isInDoubt) return "fail: every copy certainly did nothing";
  const last = copies.at(-1);
  const isOvertaken =
    last?.status === 409 && last.error === "ErrVersion" && Number(last.version) > Number(version);
  return isOvertaken ? null : "no ErrMaybe: a copy may yet take effect";
}

function tookEffect({ status, version }: Copy): boolean {
  return status === 200 && typeof version === "number";
}

/** Whether the copy certainly did and will do nothing. */
function didNothing(f: string, { status, error, notSent }: Copy): boolean {
  if (notSent !== undefined || (status === 421 && error === "not-leader")) return true;
  if (status === 400 && error === "bad-request") return true;
  if (f === "append" && status === 409 && error === "ErrSession") return true;
  const isRefusal =
    (status === 409 && error === "ErrVersion") || (status === 404 && error === "ErrNoKey");
  return f === "put" && isRefusal;
}

function anomalyOf(
  invocation: Op,
  { f, process, type, error }: Op,
  copies: readonly Copy[],
  expected: string,
): Anomaly {
  // To whom and when is no part of what was answered.
  const told = ["status", "error", "version", "lost", "notSent"];
  const seen = copies.map((copy) => JSON.stringify(copy, told)).join(", ");
  return {
    kind: "wrong-answer",
    ...(invocation.key === undefined ? {} : { key: invocation.key }),
    operation: invocation.index,
    related: [],
    expected,
    observed: `process ${process}: ${f} -> ${error ?? type}, its copies: ${seen}`,
  };
}
