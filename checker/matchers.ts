import type { Budget, CheckResult } from "./checker.ts";
import { checkLinearizable } from "./checkers/linearizable.ts";
import { HistoryError } from "./errors.ts";
import type { History, Op } from "./history.ts";
import { isObject } from "./json.ts";
import type { Model } from "./model.ts";
import { models } from "./models.ts";
import type { Operations } from "./operations.ts";
import { operationsOf } from "./operations-of.ts";

// Assertions for test runners. They are known by their shape: the package depends on none of them.

/** A history as it was recorded, read or built. */
export type Checkable = History | readonly Op[] | Operations;

/** What `expect.extend` of vitest and jest takes. */
export type Matched = { readonly pass: boolean; readonly message: () => string };

/** To be mixed into the `Matchers` interface of the runner, for types. */
export type LinearizableMatchers<Result = void> = {
  /** `model`: one of `models` by name, or a model of one's own. */
  toBeLinearizable(model: string | Model, budget?: Partial<Budget>): Result;
};

/** Of tap, tape and others: whatever has an `ok` that notes a check. */
export type Asserter = { ok(value: unknown, message: string, extra: object): unknown };

/** Enough for most tests, and an end to the others: seconds, and some hundred megabytes. */
const budgetDefault: Budget = {
  stepsMax: 100_000_000,
  configurationsMax: 4_000_000,
  shouldStop: () => false,
};

/**
 * The matcher. Passes for `valid` only; where the budget ended first or nothing was there to check, it
 * fails with and without `.not`. Throws `HistoryError` for what is no history, `RangeError` for no model.
 */
export function toBeLinearizable(
  this: { readonly isNot?: boolean } | undefined,
  history: Checkable,
  model: string | Model,
  budget: Partial<Budget> = {},
): Matched {
  const { result, text } = judge(history, model, budget);
  const isDecided = result.verdict === "valid" || result.verdict === "invalid";
  const isNot = this?.isNot === true;
  const pass = isDecided && !isVacuous(result) ? result.verdict === "valid" : isNot;
  return { pass, message: () => text };
}

/** For `expect.extend(matchers)`. */
export const matchers: { readonly toBeLinearizable: typeof toBeLinearizable } = {
  toBeLinearizable,
};

/** For tap and its like: `assertLinearizable(t, history, "register")`. True when it is. */
export function assertLinearizable(
  t: Asserter,
  history: Checkable,
  model: string | Model,
  budget: Partial<Budget> = {},
): boolean {
  const { result } = judge(history, model, budget);
  const isValid = result.verdict === "valid" && !isVacuous(result);
  if (isValid) t.ok(true, `linearizable: ${result.summary}`, {});
  else {
    const why = result.anomalies[0]?.reason ?? result.summary;
    t.ok(false, `${result.verdict}: ${why}`, { anomalies: result.anomalies });
  }
  return isValid;
}

function judge(
  history: Checkable,
  model: string | Model,
  budget: Partial<Budget>,
): { readonly result: CheckResult; readonly text: string } {
  const operations = toOperations(history);
  const chosen = toModel(model);
  const result = checkLinearizable(chosen, operations, { ...budgetDefault, ...budget });
  return { result, text: describe(result) };
}

function toModel(model: unknown): Model {
  if (typeof model === "string" && Object.hasOwn(models, model)) return models[model] as Model;
  if (isObject(model) && typeof model["step"] === "function") return model as Model;
  const known = Object.keys(models).join(", ");
  throw new RangeError(`no model ${show(model)}, expected a model or one of: ${known}`);
}

function toOperations(history: unknown): Operations {
  if (isObject(history) && "callTime" in history) return history as Operations;
  const ops = isObject(history) && "ops" in history ? history["ops"] : history;
  if (!Array.isArray(ops)) {
    throw new HistoryError(`expected a list of ops, a History or Operations, got ${show(history)}`);
  }
  const wrong = ops.findIndex((op) => !isObject(op) || typeof op["type"] !== "string");
  if (wrong !== -1) {
    const expected = 'expected {"index","time","process","type","f",...}';
    throw new HistoryError(`element ${wrong} is no op: ${expected}, got ${show(ops[wrong])}`);
  }
  return operationsOf(ops as readonly Op[]);
}

const shownMax = 60;

/** The beginning of whatever was given, circular or not. */
function show(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    // Circular, or a bigint in it.
    text = Object.prototype.toString.call(value);
  }
  return text.length > shownMax ? `${text.slice(0, shownMax)}...` : text;
}

function isVacuous({ verdict, stats }: CheckResult): boolean {
  return verdict === "vacuous" || stats?.["operations"] === 0;
}

/** The verdict, why it is so, and each operation of the core with what was expected there. */
function describe({ verdict, summary, anomalies }: CheckResult): string {
  const lines = [`${verdict}: ${summary}`];
  for (const { reason, core = [] } of anomalies) {
    if (reason !== undefined) lines.push(reason);
    for (const { index, observed, expected } of core) {
      lines.push(`  op ${index}: ${observed}; expected ${expected}`);
    }
  }
  return lines.join("\n");
}
