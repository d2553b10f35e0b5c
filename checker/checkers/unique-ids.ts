import type { Budget, Checker, CheckOptions, CheckResult } from "../checker.ts";
import { Elements } from "../evidence/elements.ts";
import { anomalyAt, describeRow, Findings } from "../evidence/findings.ts";
import { timelines } from "../evidence/timelines.ts";
import { type Operations, outcomes, valueAt } from "../operations.ts";
import { operationsOf } from "../operations-of.ts";
import { plural } from "../plural.ts";

/**
 * No two acknowledged `generate`s of one key answered the same id. Ids are any JSON values.
 *
 * `invalid`: an id came twice; the anomaly names the second answer and the first. `vacuous`: fewer than two
 * ids of one key to compare. `range` is the least and the greatest id, where all are numbers or all
 * are strings. An id whose answer was lost is not known and cannot be compared. Other functions are passed
 * over.
 */
export const checker: Checker = {
  name: "unique-ids",
  summary: "no id is generated twice",
  options: {},
  required: [],
  check: (ops, options, budget) => checkOperations(operationsOf(ops), options, budget),
  checkOperations,
};

function checkOperations(operations: Operations, _: CheckOptions, __: Budget): CheckResult {
  const { functions, f, outcome, output, values } = operations;
  const generate = functions.indexOf("generate");
  const findings = new Findings();
  const range = new Range();
  let attempts = 0;
  let acknowledged = 0;
  let compared = 0;
  for (const { calls, returns } of timelines(operations)) {
    for (const row of calls) if (f[row] === generate) attempts++;
    const ids = new Elements();
    const firstAt: number[] = [];
    for (const row of returns) {
      if (f[row] !== generate || outcome[row] !== outcomes.ok) continue;
      const value = valueAt(values, output, row);
      const id = ids.idOf(value);
      acknowledged++;
      range.add(value);
      if (id === firstAt.length) {
        firstAt.push(row);
        if (id > 0) compared++;
        continue;
      }
      compared++;
      const first = firstAt[id] ?? 0;
      findings.add(() =>
        anomalyAt(operations, row, {
          kind: "duplicate",
          related: [first],
          expected: `another id than any before: ${ids.text(id)} had been given (${describeRow(operations, first)})`,
          observed: describeRow(operations, row),
        }),
      );
    }
  }
  const { count: duplicates, anomalies } = findings;
  const stats = { attempts, acknowledged, duplicates, range: range.ends };
  const [first] = anomalies;
  if (first !== undefined) {
    const summary = `${duplicates} of ${plural(acknowledged, "id")} had been given before: op ${first.operation}: ${first.observed}`;
    return { verdict: "invalid", summary, anomalies, stats };
  }
  if (compared === 0) {
    const summary = "fewer than two ids were acknowledged";
    return { verdict: "vacuous", summary, anomalies, stats };
  }
  return {
    verdict: "valid",
    summary: `${plural(acknowledged, "id")}, no two the same`,
    anomalies,
    stats,
  };
}

/** The least and the greatest of values of one type that has an order. */
class Range {
  #least: unknown = undefined;
  #greatest: unknown = undefined;
  #isMixed = false;

  get ends(): readonly unknown[] | null {
    return this.#isMixed || this.#least === undefined ? null : [this.#least, this.#greatest];
  }

  add(value: unknown): void {
    this.#least ??= value;
    this.#greatest ??= value;
    const isOrdered = typeof value === "number" || typeof value === "string";
    if (!isOrdered || typeof value !== typeof this.#least) this.#isMixed = true;
    else if (value < (this.#least as typeof value)) this.#least = value;
    else if (value > (this.#greatest as typeof value)) this.#greatest = value;
  }
}
