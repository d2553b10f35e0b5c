import type { Budget, Checker, CheckOptions, CheckResult } from "../checker.ts";
import { HistoryError } from "../errors.ts";
import { hasAnswer } from "../evidence/elements.ts";
import { anomalyAt, describeRow, Findings } from "../evidence/findings.ts";
import { sweep, type Timeline, timelines } from "../evidence/timelines.ts";
import { type Operations, outcomes, valueAt } from "../operations.ts";
import { operationsOf } from "../operations-of.ts";
import { plural } from "../plural.ts";

/**
 * A counter from 0: `add` of an integer, negative ones too, and `read`. Each key is a counter of its own.
 *
 * A read must answer what the adds acknowledged before its call come to, plus any of those that may have
 * happened by its return (in flight beside it, or of unknown outcome); and the same against the last read
 * that had returned before its call, with the adds since. It is also a multiple of the greatest common
 * divisor of all adds. `invalid`: a read cannot be explained so; then the history is not linearizable.
 * These bounds are necessary, not sufficient: model `counter` of `linearizable` is exact, and slower.
 * `vacuous`: no read was called after an acknowledged add. Other functions are passed over; an amount or
 * answer that is no integer is a `HistoryError`.
 */
export const checker: Checker = {
  name: "counter",
  summary: "reads of a counter lie between what was acknowledged and what was possible",
  options: {},
  required: [],
  check: (ops, options, budget) => checkOperations(operationsOf(ops), options, budget),
  checkOperations,
};

function checkOperations(operations: Operations, _: CheckOptions, __: Budget): CheckResult {
  const findings = new Findings();
  const judges = timelines(operations).map((timeline) => judge(operations, timeline, findings));
  const sum = (field: "adds" | "reads" | "judged"): number =>
    judges.reduce((total, judged) => total + judged[field], 0);
  const stats = {
    adds: sum("adds"),
    reads: sum("reads"),
    judged: sum("judged"),
    wrong: findings.count,
    widest: judges.reduce((widest, judged) => Math.max(widest, judged.widest), 0),
  };
  const [first] = findings.anomalies;
  if (first !== undefined) {
    const summary = `${findings.count} of ${plural(stats.reads, "read")} cannot be right: op ${first.operation}: expected ${first.expected}; ${first.observed}`;
    return { verdict: "invalid", summary, anomalies: findings.anomalies, stats };
  }
  if (stats.judged === 0) {
    const summary = "no read was called after an acknowledged add";
    return { verdict: "vacuous", summary, anomalies: [], stats };
  }
  const summary = `${plural(stats.reads, "read lies", "reads lie")} within their bounds, the widest of which admits ${stats.widest} more than its least`;
  return { verdict: "valid", summary, anomalies: [], stats };
}

/** Sums of what was added, up and down apart. */
type Sums = { up: number; down: number };

/** What holds when a read is called. */
type Begun = {
  /** Of the adds acknowledged by now. */
  readonly done: Readonly<Sums>;
  /** The last read that had returned, if any. */
  readonly before: Returned | null;
  /** Of the adds called after it returned and acknowledged by now. */
  readonly since: Readonly<Sums>;
};

type Returned = { readonly row: number; readonly value: number; readonly done: Readonly<Sums> };

function judge(operations: Operations, timeline: Timeline, findings: Findings): Judge {
  const judged = new Judge(operations, findings);
  sweep(operations, timeline, judged);
  return judged;
}

/** Goes through the events of one counter. */
class Judge {
  adds: number = 0;
  reads: number = 0;
  judged: number = 0;
  /** Of the bounds of a read, greatest less least. */
  widest: number = 0;
  readonly #operations: Operations;
  readonly #findings: Findings;
  readonly #add: number;
  readonly #read: number;
  /** Of all adds that were called. */
  readonly #called: Sums = { up: 0, down: 0 };
  readonly #done: Sums = { up: 0, down: 0 };
  #since: Sums = { up: 0, down: 0 };
  #before: Returned | null = null;
  #lastDone = -1;
  #divisor = 0;
  /** Reads in flight. By row. */
  readonly #begun = new Map<number, Begun>();
  /** Adds called since `#before` returned and not returned. By row. */
  readonly #fresh = new Set<number>();

  constructor(operations: Operations, findings: Findings) {
    this.#operations = operations;
    this.#findings = findings;
    this.#add = operations.functions.indexOf("add");
    this.#read = operations.functions.indexOf("read");
  }

  readonly onCall = (row: number): void => {
    const { f, outcome, input } = this.#operations;
    if (f[row] === this.#add && outcome[row] !== outcomes.refused) {
      const amount = this.#integerAt(input, row);
      this.adds++;
      grow(this.#called, amount);
      this.#divisor = commonDivisor(this.#divisor, Math.abs(amount));
      this.#fresh.add(row);
    } else if (f[row] === this.#read && hasAnswer(this.#operations, row)) {
      if (this.#lastDone >= 0) this.judged++;
      this.reads++;
      const [done, since] = [{ ...this.#done }, { ...this.#since }];
      this.#begun.set(row, { done, before: this.#before, since });
    }
  };

  readonly onReturn = (row: number): void => {
    const { f, outcome, input } = this.#operations;
    if (f[row] === this.#add && outcome[row] === outcomes.ok) {
      const amount = this.#integerAt(input, row);
      grow(this.#done, amount);
      if (this.#fresh.delete(row)) grow(this.#since, amount);
      this.#lastDone = row;
    }
    const begun = this.#begun.get(row);
    if (begun === undefined) return;
    this.#begun.delete(row);
    const { output, values } = this.#operations;
    // A register or a list that nobody added to: not ours.
    if (this.adds === 0 && !Number.isSafeInteger(valueAt(values, output, row) ?? 0)) return;
    const value = this.#integerAt(output, row);
    this.#judgeRead(row, value, begun);
    this.#before = { row, value, done: begun.done };
    this.#since = { up: 0, down: 0 };
    this.#fresh.clear();
  };

  #judgeRead(row: number, value: number, { done, before, since }: Begun): void {
    const { up, down } = this.#called;
    // All that was called by now may have happened; only what was done before the call must have.
    const [least, greatest] = [done.up + down, done.down + up];
    this.widest = Math.max(this.widest, greatest - least);
    if (value < least || value > greatest) {
      const expected = `${range(least, greatest)}: ${done.up + done.down} was acknowledged before`;
      this.#report(row, this.#lastDone, expected);
      return;
    }
    if (value % (this.#divisor || 1) !== 0) {
      this.#report(row, this.#lastDone, `a multiple of ${this.#divisor}, as every add is`);
      return;
    }
    if (before === null) return;
    const lower = before.value + since.up + down - before.done.down;
    const upper = before.value + since.down + up - before.done.up;
    if (value >= lower && value <= upper) return;
    const earlier = describeRow(this.#operations, before.row);
    const bounds = range(Math.max(lower, least), Math.min(upper, greatest));
    this.#report(row, before.row, `${bounds} after a read before (${earlier})`);
  }

  #report(row: number, related: number, expected: string): void {
    this.#findings.add(() =>
      anomalyAt(this.#operations, row, {
        kind: "wrong-count",
        related: [related],
        expected,
        observed: describeRow(this.#operations, row),
      }),
    );
  }

  #integerAt(column: Operations["input"], row: number): number {
    const value = valueAt(this.#operations.values, column, row) ?? 0;
    if (Number.isSafeInteger(value)) return value as number;
    const index = this.#operations.index[row] ?? 0;
    const got = JSON.stringify(value);
    throw new HistoryError(`op ${index}: expected an integer, got ${got}`, { index });
  }
}

function grow(sums: Sums, amount: number): void {
  if (amount > 0) sums.up += amount;
  else sums.down += amount;
}

function range(least: number, greatest: number): string {
  return least === greatest ? `${least}` : `${least} to ${greatest}`;
}

function commonDivisor(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
