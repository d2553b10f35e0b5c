import type { Anomaly, Budget, Checker, CheckOptions, CheckResult } from "../checker.ts";
import { refuseForeignRows } from "../foreign.ts";
import { explainInvalid } from "../linearizability/certificate.ts";
import { decide } from "../linearizability/decide.ts";
import { progressOf, tellProgress } from "../linearizability/progress.ts";
import { unexplained } from "../linearizability/unexplained.ts";
import type { Model } from "../model.ts";
import { models } from "../models.ts";
import type { Operations } from "../operations.ts";
import { operationsOf } from "../operations-of.ts";
import { plural } from "../plural.ts";

/**
 * Whether the operations of a history can be put in an order that respects real time and that a
 * sequential model allows (Herlihy & Wing 1990), key by key where the model's keys are independent.
 *
 * `unknown` when the budget ended first. The anomaly names the operation whose return leaves no order.
 */
export const checker: Checker = {
  name: "linearizable",
  summary: "some order of the operations explains every answer",
  options: {
    model: { enum: Object.keys(models), description: "what one correct copy would do" },
  },
  required: ["model"],
  check: (ops, options, budget) => checkOperations(operationsOf(ops), options, budget),
  checkOperations,
};

/** Throws `HistoryError` for operations that the model does not know or cannot read. */
function checkOperations(
  operations: Operations,
  options: CheckOptions,
  budget: Budget,
): CheckResult {
  const model = models[String(options["model"])];
  if (model === undefined) {
    const known = Object.keys(models).join(", ");
    throw new RangeError(`no model "${options["model"]}", expected one of: ${known}`);
  }
  return checkLinearizable(model, operations, budget);
}

/** The same for any model, listed or not. */
export function checkLinearizable(
  model: Model,
  operations: Operations,
  budget: Budget,
): CheckResult {
  const { count } = operations;
  refuseForeignRows(model, operations);
  if (count === 0) {
    return { verdict: "vacuous", summary: "no operation to judge", anomalies: [] };
  }
  const decision = decide(model, operations, budget);
  const { partitions, engine, steps } = decision;
  const stats = { model: model.name, operations: count, partitions, engine, steps };
  if (decision.verdict === "invalid") {
    const bare = unexplained(operations, decision.rows);
    const certain = { verdict: "invalid", anomalies: [bare], stats } as const;
    budget.onInvalid?.({ ...certain, summary: summaryOf(bare) });
    const anomaly = explainInvalid(model, operations, decision, budget);
    return { ...certain, summary: summaryOf(anomaly), anomalies: [anomaly] };
  }
  if (decision.verdict === "unknown") {
    const progress = progressOf(model, operations, decision);
    const ended = `${reasons[decision.reason]} ran out after ${plural(steps, "step")}`;
    const summary = `${ended}: ${tellProgress(progress)}`;
    return { verdict: "unknown", summary, anomalies: [], progress, stats };
  }
  const summary = `${plural(count, "operation")} on ${plural(partitions, "key")} can be ordered`;
  return { verdict: "valid", summary, anomalies: [], stats };
}

function summaryOf({ key, operation, observed, reason = "" }: Anomaly): string {
  if (operation === undefined) return reason;
  return `no order explains op ${operation}${key === undefined ? "" : ` on key ${key}`}: ${observed}`;
}

const reasons = { time: "time", steps: "the step budget", memory: "the memory budget" };
