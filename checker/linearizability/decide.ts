import type { Budget } from "../checker.ts";
import type { Model, Operation } from "../model.ts";
import { asOnePart, type Operations, operationAt, splitByKey } from "../operations.ts";
import { Search, type SearchResult } from "./search.ts";

/** The answer for a whole history, whose partitions are decided one by one. */
export type Decision =
  | {
      readonly verdict: "valid";
      readonly engine: string;
      readonly partitions: number;
      /** One order for each partition, made when asked for. */
      witnesses(): Iterable<Int32Array>;
      readonly steps: number;
    }
  | {
      readonly verdict: "invalid";
      readonly engine: string;
      readonly partitions: number;
      /** Rows of the partition that has no order, in the order of calls. */
      readonly rows: Int32Array;
      /** From a fast path: rows that cannot be ordered. */
      readonly core: Int32Array | null;
      /** From the search: so many returns of the partition can be passed for certain. */
      readonly passed: number;
      readonly steps: number;
    }
  | {
      readonly verdict: "unknown";
      readonly engine: string;
      readonly partitions: number;
      readonly reason: "time" | "steps" | "memory";
      /** Rows of the partition that was being searched. */
      readonly rows: Int32Array;
      readonly progress: Search["progress"];
      readonly undecided: number;
      readonly steps: number;
    };

const sliceSteps = 4096;
const firstRoundSteps = 300;
const roundFactor = 8;
/** The fast paths are asked to stop after about so many operations. */
const sliceRows = 65_536;

/** A partition that no fast path decided; its search is made when its turn comes. */
type Task = { readonly rows: Int32Array; search: Search | null };

type Valid = { witness(): Int32Array };

/**
 * Decides each partition by the model's fast path where its precondition holds, and the others by search,
 * in rounds of growing budgets, so that one which is easily refuted is found before a hard one is finished.
 */
export function decide(model: Model, operations: Operations, budget: Budget): Decision {
  const { from, rows } = model.partitionByKey ? splitByKey(operations) : asOnePart(operations);
  const partitions = from.length - 1;
  const decideFast = model.fastPath?.prepare(operations);
  const fastName = model.fastPath?.name ?? "";
  const valid: Valid[] = [];
  const tasks: Task[] = [];
  let asked = 0;
  for (let part = 0; part < partitions; part++) {
    const own = rows.subarray(from[part], from[part + 1]);
    const decision = decideFast?.(own) ?? null;
    if (decision?.verdict === "invalid") {
      const found = { engine: fastName, partitions, rows: own, core: decision.core() };
      return { ...found, verdict: "invalid", passed: 0, steps: 0 };
    }
    if (decision === null) tasks.push({ rows: own, search: null });
    else valid.push(decision);
    const done = from[part + 1] ?? 0;
    if (done - asked < sliceRows || part === partitions - 1) continue;
    asked = done;
    if (!budget.shouldStop()) continue;
    const undecided = partitions - valid.length;
    const next = rows.subarray(from[part + 1], from[part + 2]);
    const progress = { ordered: 0, of: next.length, state: model.describeState(model.init()) };
    const unknown = {
      verdict: "unknown",
      reason: "time",
      rows: next,
      progress,
      undecided,
    } as const;
    return { ...unknown, engine: fastName, partitions, steps: 0 };
  }
  const engines = [valid.length > 0 ? fastName : "", tasks.length > 0 ? "search" : ""];
  const engine = engines.filter(Boolean).join("+");
  return { ...new Rounds(model, operations, budget).decide(tasks, valid), engine, partitions };
}

type Outcome<D = Decision> = D extends Decision ? Omit<D, "engine" | "partitions"> : never;

/** Searches several partitions in turn. */
class Rounds {
  readonly #model: Model;
  readonly #operations: Operations;
  readonly #budget: Budget;
  #steps = 0;
  /** Of all searches that are not finished. */
  #configurations = 0;

  constructor(model: Model, operations: Operations, budget: Budget) {
    this.#model = model;
    this.#operations = operations;
    this.#budget = budget;
  }

  decide(tasks: readonly Task[], valid: Valid[]): Outcome {
    let pending = tasks;
    for (let quota = firstRoundSteps; pending.length > 0; quota *= roundFactor) {
      const left: Task[] = [];
      for (const [place, task] of pending.entries()) {
        const { rows } = task;
        const search = this.#searchOf(task);
        const end = this.#advance(search, quota);
        const steps = this.#steps;
        const { progress } = search;
        if (end === "invalid") {
          return { verdict: "invalid", rows, core: null, passed: progress.ordered, steps };
        }
        if (end === "time" || end === "steps" || end === "full") {
          const undecided = pending.length - place + left.length;
          const reason = end === "full" ? "memory" : end;
          return { verdict: "unknown", reason, rows, progress, undecided, steps };
        }
        if (end === "valid") {
          this.#configurations -= search.size;
          // The order is kept, the memo is not.
          const order = search.witness.map((at) => rows[at] ?? 0);
          valid.push({ witness: () => order });
          task.search = null;
        } else left.push(task);
      }
      pending = left;
    }
    const witnesses = (): Iterable<Int32Array> => gather(valid);
    return { verdict: "valid", witnesses, steps: this.#steps };
  }

  #searchOf(task: Task): Search {
    if (task.search === null) {
      task.search = new Search(this.#model, toList(this.#operations, task.rows));
      this.#configurations += task.search.size;
    }
    return task.search;
  }

  #advance(search: Search, quota: number): SearchResult | "time" | "steps" {
    const { steps, size } = search;
    const others = this.#configurations - size;
    const limits = {
      quota,
      stepsMax: this.#budget.stepsMax - this.#steps,
      sizeMax: this.#budget.configurationsMax - others,
    };
    const end = run(search, limits, this.#budget.shouldStop);
    this.#steps += search.steps - steps;
    this.#configurations = others + search.size;
    return end;
  }
}

function* gather(valid: readonly Valid[]): Iterable<Int32Array> {
  for (const partition of valid) yield partition.witness();
}

/** The operations of the rows as objects. */
export function toList(operations: Operations, rows: Int32Array): readonly Operation[] {
  return Array.from(rows, (row) => operationAt(operations, row));
}

type Limits = { readonly quota: number; readonly stepsMax: number; readonly sizeMax: number };

function run(
  search: Search,
  { quota, stepsMax, sizeMax }: Limits,
  shouldStop: () => boolean,
): SearchResult | "time" | "steps" {
  const start = search.steps;
  for (;;) {
    const spent = search.steps - start;
    if (spent >= quota) return "exhausted";
    if (spent >= stepsMax) return "steps";
    if (shouldStop()) return "time";
    const result = search.advance(Math.min(sliceSteps, quota - spent, stepsMax - spent), sizeMax);
    if (result !== "exhausted") return result;
  }
}
