import type { Budget, Checker, CheckOptions, CheckResult } from "../checker.ts";
import { anomalyAt, describeRow, Findings } from "../evidence/findings.ts";
import { QueueTimeline, queueColumns } from "../evidence/queues.ts";
import { sweep, type Timeline, timelines } from "../evidence/timelines.ts";
import { never, type Operations, outcomes } from "../operations.ts";
import { operationsOf } from "../operations-of.ts";
import { plural } from "../plural.ts";

/**
 * A queue: `enqueue` of an element, `dequeue` of one (or `fail` with `empty`), `drain` of all that are
 * left (it takes until it finds the queue empty; its list is in the order in which it took). Each key is a
 * queue of its own.
 *
 * Exactly once: what was acknowledged is not `lost` (there when the queue was found empty, and never
 * taken), and nothing is `duplicated` (taken more often than enqueued), `phantom` (taken though nobody had
 * enqueued it by then) or `hidden` (the queue was found empty while it was there: it was enqueued
 * before and taken after). At least once: `duplicated` and `hidden` are counted only, and only a
 * drain proves that the queue is empty. With `order: fifo` nothing is `overtaken`: enqueued before
 * another was asked for, and taken after it (elements enqueued once and taken once only), or left behind.
 *
 * `invalid`: one of these. A dequeue of unknown outcome may have taken one element, a drain any number: so
 * many missing ones are `unaccounted`, not lost. An element in a queue never seen empty `remains`.
 * `recovered`: taken, though its enqueue was not acknowledged. `vacuous`: no element was taken and none
 * was missed. Other functions are passed over.
 */
export const checker: Checker = {
  name: "queue",
  summary: "what is enqueued comes out: nothing lost, duplicated, made up or out of order",
  options: {
    delivery: {
      enum: ["exactly-once", "at-least-once"],
      default: "exactly-once",
      description: "whether an element may be taken more than once",
    },
    order: {
      enum: ["fifo", "any"],
      default: "fifo",
      description: "whether elements come out in the order in which they went in",
    },
  },
  required: [],
  check: (ops, options, budget) => checkOperations(operationsOf(ops), options, budget),
  checkOperations,
};

class Counts {
  attempts: number = 0;
  acknowledged: number = 0;
  taken: number = 0;
  lost: number = 0;
  duplicated: number = 0;
  phantom: number = 0;
  hidden: number = 0;
  overtaken: number = 0;
  unaccounted: number = 0;
  remaining: number = 0;
  recovered: number = 0;
}

type Rules = { readonly isExact: boolean; readonly isFifo: boolean };

function checkOperations(operations: Operations, options: CheckOptions, _: Budget): CheckResult {
  const rules: Rules = {
    isExact: options["delivery"] !== "at-least-once",
    isFifo: options["order"] !== "any",
  };
  const findings = new Findings();
  const counts = new Counts();
  const columns = queueColumns(operations);
  for (const timeline of timelines(operations)) {
    const queue = new QueueTimeline(operations, timeline, columns);
    if (queue.elements.count === 0) continue;
    const judge = new Judge(operations, { queue, rules, counts, findings });
    judge.judgeElements();
    judge.judgeMissing();
    judge.judgeEmpties(timeline);
    if (rules.isFifo) judge.judgeOrder(timeline);
  }
  const { lost, duplicated, phantom, hidden, overtaken, taken, unaccounted, remaining } = counts;
  const stats = { ...counts };
  const [first] = findings.anomalies;
  if (first !== undefined) {
    const wrong = `${lost} lost, ${duplicated} duplicated, ${phantom} phantom, ${hidden} hidden, ${overtaken} overtaken`;
    const summary = `${wrong}; op ${first.operation}: expected ${first.expected}; ${first.observed}`;
    return { verdict: "invalid", summary, anomalies: findings.anomalies, stats };
  }
  if (taken === 0 && unaccounted === 0) {
    const summary = "nothing was taken out of a queue";
    return { verdict: "vacuous", summary, anomalies: [], stats };
  }
  const left = `${remaining} may still be in it, ${unaccounted} may have gone to dequeues of unknown outcome`;
  const summary = `${plural(taken, "element was", "elements were")} taken as they should be; ${left}`;
  return { verdict: "valid", summary, anomalies: [], stats };
}

type Subject = {
  readonly queue: QueueTimeline;
  readonly rules: Rules;
  readonly counts: Counts;
  readonly findings: Findings;
};

/** Judges one queue. */
class Judge {
  readonly #operations: Operations;
  readonly #queue: QueueTimeline;
  readonly #rules: Rules;
  readonly #counts: Counts;
  readonly #findings: Findings;
  /** Call of the last operation that found the queue empty: what was there by then is not left behind. */
  #provenUntil = -1;

  constructor(operations: Operations, { queue, rules, counts, findings }: Subject) {
    this.#operations = operations;
    this.#queue = queue;
    this.#rules = rules;
    this.#counts = counts;
    this.#findings = findings;
  }

  /** What was taken without having been there, or once too often. */
  judgeElements(): void {
    const { enqueuedBy, takenBy, attempts, acknowledged, taken } = this.#queue;
    const { call, return: returned } = this.#operations;
    for (let element = 0; element < takenBy.length; element++) {
      const [put = -1, taker = -1] = [enqueuedBy[element], takenBy[element]];
      const [asked = 0, times = 0] = [attempts[element], taken[element]];
      this.#counts.attempts += asked;
      this.#counts.acknowledged += acknowledged[element] ?? 0;
      this.#counts.taken += times;
      if (times > 0 && asked > 0 && acknowledged[element] === 0) this.#counts.recovered++;
      if (times > 0 && (put < 0 || (call[put] ?? 0) > (returned[taker] ?? never))) {
        this.#counts.phantom++;
        const expected = `nothing had enqueued ${this.#text(element)} before that`;
        this.#report("phantom", taker, { related: [put], expected });
      } else if (times > asked) {
        this.#counts.duplicated++;
        if (!this.#rules.isExact) continue;
        const related = [put, taker];
        const expected = `${this.#text(element)} no more often than it was enqueued (${asked})`;
        this.#report("duplicate", this.#queue.lastTakenBy[element] ?? -1, { related, expected });
      }
    }
  }

  /** Acknowledged elements that nobody took. */
  judgeMissing(): void {
    const { return: returned, call } = this.#operations;
    const { empties, openDequeues, openDrains, acknowledged, taken, enqueuedBy } = this.#queue;
    const { isExact } = this.#rules;
    const proofs = isExact ? empties : empties.filter((row) => this.#isDrain(row));
    const proof = proofs.at(-1) ?? -1;
    this.#provenUntil = call[proof] ?? -1;
    const missing: number[] = [];
    for (let element = 0; element < taken.length; element++) {
      if ((acknowledged[element] ?? 0) <= (taken[element] ?? 0)) continue;
      // Of an element enqueued more than once it is not known which enqueue is missing.
      const isOnce = this.#queue.attempts[element] === 1;
      const put = enqueuedBy[element] ?? -1;
      const isDue = (returned[put] ?? never) < this.#provenUntil;
      if (isOnce && isDue) missing.push(element);
      else this.#counts.remaining++;
    }
    const mayHaveTaken = (row: number): boolean => (call[row] ?? 0) < (returned[proof] ?? 0);
    const excused = openDrains.some(mayHaveTaken)
      ? missing.length
      : Math.min(missing.length, openDequeues.filter(mayHaveTaken).length);
    this.#counts.unaccounted += excused;
    this.#counts.lost += missing.length - excused;
    if (missing.length === excused) return;
    const who = excused === 0 ? "" : `, or ${excused} of ${missing.length} such elements at most`;
    for (const element of missing) {
      const put = enqueuedBy[element] ?? -1;
      const expected = `${this.#text(element)} to be taken before the queue was empty (${this.#describe(put)})${who}`;
      this.#report("lost-write", proof, { related: [put], expected });
    }
  }

  /** Queues found empty although something was in them all the time. */
  judgeEmpties(timeline: Timeline): void {
    const { call, return: returned } = this.#operations;
    const { takenBy, enqueuedBy, empties } = this.#queue;
    const { element: elementOf } = this.#queue.columns;
    const isEmpty = new Set(empties);
    /** Of the elements put in by now, the one that was taken last. */
    let last = -1;
    const lastAt = new Map<number, number>();
    const takenAt = (element: number): number => call[takenBy[element] ?? -1] ?? -1;
    sweep(this.#operations, timeline, {
      onCall: (row) => {
        if (isEmpty.has(row)) lastAt.set(row, last);
      },
      onReturn: (row) => {
        const element = elementOf[row] ?? -1;
        if (enqueuedBy[element] !== row || !this.#queue.isUnique(element)) return;
        if (takenAt(element) > takenAt(last)) last = element;
      },
    });
    for (const [row, element] of lastAt) {
      if (element < 0 || takenAt(element) < (returned[row] ?? never)) continue;
      this.#counts.hidden++;
      if (!this.#rules.isExact) continue;
      const put = this.#queue.enqueuedBy[element] ?? -1;
      const expected = `${this.#text(element)}, enqueued before (${this.#describe(put)}) and taken after`;
      this.#report("stale-read", row, { related: [put, takenBy[element] ?? -1], expected });
    }
  }

  /** Elements taken after one that was put in later. */
  judgeOrder(timeline: Timeline): void {
    const { call } = this.#operations;
    const { enqueuedBy, takers } = this.#queue;
    const putCall = (element: number): number => call[enqueuedBy[element] ?? -1] ?? -1;
    const latest = (a: number, b: number): number => (putCall(b) > putCall(a) ? b : a);
    const { isTaker, ahead: aheadAt } = this.#queue.columns;
    /** Of the elements taken by now, the one that was put in last. */
    let ahead = -1;
    sweep(this.#operations, timeline, {
      onCall: (row) => {
        aheadAt[row] = ahead;
      },
      onReturn: (row) => {
        if (isTaker[row] !== 1) return;
        for (const element of this.#queue.takenAt(row)) {
          if (this.#queue.isUnique(element)) ahead = latest(ahead, element);
        }
      },
    });
    for (const row of takers) {
      let overtaker = aheadAt[row] ?? -1;
      for (const element of this.#queue.takenAt(row)) {
        if (!this.#queue.isUnique(element)) continue;
        if (overtaker >= 0) this.#judgeOvertaken(row, element, overtaker);
        overtaker = latest(overtaker, element);
      }
    }
    if (ahead >= 0) this.#judgeLeftBehind(ahead);
  }

  #judgeOvertaken(row: number, element: number, overtaker: number): void {
    const { call, return: returned } = this.#operations;
    const { enqueuedBy, takenBy } = this.#queue;
    const [put = -1, laterPut = -1] = [enqueuedBy[element], enqueuedBy[overtaker]];
    if ((returned[put] ?? never) > (call[laterPut] ?? 0)) return;
    this.#counts.overtaken++;
    const expected = `${this.#text(element)} before ${this.#text(overtaker)}: enqueued before it (${this.#describe(put)})`;
    const related = [put, laterPut, takenBy[overtaker] ?? -1];
    this.#report("unordered", row, { related, expected });
  }

  /** Acknowledged before `ahead` was asked for, and nobody took it, though `ahead` was taken. */
  #judgeLeftBehind(ahead: number): void {
    const { call, return: returned } = this.#operations;
    const { enqueuedBy, takenBy, attempts, acknowledged, taken, openDequeues } = this.#queue;
    if (this.#queue.openDrains.length > 0) return;
    const [laterPut = -1, taker = -1] = [enqueuedBy[ahead], takenBy[ahead]];
    const left: number[] = [];
    for (let element = 0; element < taken.length; element++) {
      if (attempts[element] !== 1 || acknowledged[element] !== 1 || taken[element] !== 0) continue;
      const put = enqueuedBy[element] ?? -1;
      const at = returned[put] ?? never;
      if (at < (call[laterPut] ?? 0) && at > this.#provenUntil) left.push(element);
    }
    if (left.length <= openDequeues.length) return;
    this.#counts.overtaken += left.length - openDequeues.length;
    for (const element of left) {
      const put = enqueuedBy[element] ?? -1;
      const expected = `${this.#text(element)} before it: enqueued before ${this.#text(ahead)} (${this.#describe(put)})`;
      this.#report("unordered", taker, { related: [put, laterPut], expected });
    }
  }

  #isDrain(row: number): boolean {
    return this.#operations.outcome[row] === outcomes.ok;
  }

  #text(element: number): string {
    return this.#queue.elements.text(element);
  }

  #describe(row: number): string {
    return describeRow(this.#operations, row);
  }

  #report(
    kind: "phantom" | "duplicate" | "lost-write" | "stale-read" | "unordered",
    row: number,
    { related, expected }: { readonly related: readonly number[]; readonly expected: string },
  ): void {
    this.#findings.add(() =>
      anomalyAt(this.#operations, row, { kind, related, expected, observed: this.#describe(row) }),
    );
  }
}
