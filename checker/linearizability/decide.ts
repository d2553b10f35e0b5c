import type { Budget } from "../checker.ts";
import type { Model, Operation } from "../model.ts";
import { asOnePart, type Operations, operationAt, type Parts, splitByKey } from "../operations.ts";
import type { FastDecision } from "./fast-path.ts";
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

/** Steps of a partition in the first round, and how many times more it gets in each next one. */
const firstRoundSteps = 300;
const roundFactor = 8;

/** A partition whose search is under way. */
type Task = { readonly rows: Int32Array; readonly search: Search };

type Undecided = Extract<Decision, { verdict: "unknown" }>;
type Refuted = Extract<Decision, { verdict: "invalid" }>;

/**
 * Decides each partition by the model's fast path where its precondition holds, and the others by search,
 * in rounds of growing budgets, so that one which is easily refuted is found before a hard one is finished.
 */
export function decide(model: Model, operations: Operations, budget: Budget): Decision {
  return new Deciding(model, operations, budget).run();
}

class Deciding {
  readonly #model: Model;
  readonly #operations: Operations;
  readonly #budget: Budget;
  readonly #parts: Parts;
  readonly #fast: Extract<FastDecision, { verdict: "valid" }>[] = [];
  /** Rows of partitions that a short search ordered: it is repeated when its order is asked for. */
  readonly #easy: Int32Array[] = [];
  readonly #found: Task[] = [];
  #pending: Task[] = [];
  /** Partitions not looked at yet. */
  #fresh: number;
  /** For the next partition: its buffers are used again as long as partitions are decided at once. */
  #spare: Search | null = null;
  #steps = 0;
  /** Memory of the searches under way, in configurations. */
  #held = 0;
  #searched = false;

  constructor(model: Model, operations: Operations, budget: Budget) {
    this.#model = model;
    this.#operations = operations;
    this.#budget = budget;
    this.#parts = partsOf(model, operations);
    this.#fresh = this.#parts.from.length - 1;
  }

  run(): Decision {
    const ended = this.#firstRound() ?? this.#laterRounds();
    if (ended !== null) return ended;
    return { ...this.#common(), verdict: "valid", witnesses: () => this.#witnesses() };
  }

  #firstRound(): Refuted | Undecided | null {
    const { from, rows } = this.#parts;
    const decideFast = this.#model.fastPath?.prepare(this.#operations);
    for (let part = 0; part + 1 < from.length; part++) {
      const own = rows.subarray(from[part], from[part + 1]);
      const decision = decideFast?.(own) ?? null;
      if (decision === null) {
        const ended = this.#begin(own);
        if (ended !== null) return ended;
      } else if (decision.verdict === "valid") this.#fast.push(decision);
      else return this.#refuted(own, decision.core(), 0);
      this.#fresh--;
    }
    return null;
  }

  #begin(rows: Int32Array): Refuted | Undecided | null {
    this.#searched = true;
    const search = this.#spare ?? new Search(this.#model, this.#operations);
    this.#spare = null;
    const task = { rows, search };
    const { shouldStop } = this.#budget;
    if (shouldStop() || !search.load(rows, shouldStop)) return this.#unknown(task, "time");
    const result = this.#advance(task, firstRoundSteps);
    if (result === "valid") {
      this.#easy.push(rows);
      this.#spare = search;
      return null;
    }
    this.#held += search.size;
    this.#pending.push(task);
    return result === "exhausted" ? null : this.#end(task, result);
  }

  #laterRounds(): Refuted | Undecided | null {
    for (
      let quota = firstRoundSteps * roundFactor;
      this.#pending.length > 0;
      quota *= roundFactor
    ) {
      const round = this.#pending;
      this.#pending = [];
      for (let i = 0; i < round.length; i++) {
        const task = round[i] as Task;
        this.#fresh = round.length - i;
        this.#held -= task.search.size;
        const result = this.#advance(task, quota);
        if (result === "valid") {
          this.#found.push(task);
          continue;
        }
        if (result !== "exhausted") return this.#end(task, result);
        this.#held += task.search.size;
        this.#pending.push(task);
      }
    }
    return null;
  }

  /** `exhausted`: its quota is used up; `steps`: the budget is. */
  #advance({ search }: Task, quota: number): SearchResult | "steps" {
    const { stepsMax, configurationsMax, shouldStop } = this.#budget;
    const left = stepsMax - this.#steps;
    const before = search.steps;
    const sizeMax = configurationsMax - this.#held;
    const result = search.advance(Math.min(quota, left), sizeMax, shouldStop);
    this.#steps += search.steps - before;
    return result === "exhausted" && this.#steps >= stepsMax ? "steps" : result;
  }

  #end(task: Task, result: SearchResult | "steps"): Refuted | Undecided {
    if (result === "invalid") {
      return this.#refuted(task.rows, null, task.search.ordered);
    }
    const reason = result === "full" ? "memory" : result === "stopped" ? "time" : "steps";
    return this.#unknown(task, reason);
  }

  #refuted(rows: Int32Array, core: Int32Array | null, passed: number): Refuted {
    return { ...this.#common(), verdict: "invalid", rows, core, passed };
  }

  #unknown({ rows, search }: Task, reason: Undecided["reason"]): Undecided {
    const undecided = this.#fresh + this.#pending.length;
    const { progress } = search;
    return { ...this.#common(), verdict: "unknown", reason, rows, progress, undecided };
  }

  #common(): Pick<Decision, "engine" | "partitions" | "steps"> {
    const { name } = this.#model.fastPath ?? {};
    const isFast = this.#fast.length > 0 || !this.#searched;
    const engines = [isFast ? name : undefined, this.#searched ? "search" : undefined];
    const engine = engines.filter((each) => each !== undefined).join("+");
    return { engine, partitions: this.#parts.from.length - 1, steps: this.#steps };
  }

  *#witnesses(): Iterable<Int32Array> {
    for (const decision of this.#fast) yield decision.witness();
    const again = this.#easy.length > 0 ? new Search(this.#model, this.#operations) : null;
    for (const rows of this.#easy) {
      again?.load(rows);
      again?.advance(Infinity, Infinity);
      if (again !== null) yield again.witness.map((place) => rows[place] ?? 0);
    }
    for (const { search, rows } of this.#found)
      yield search.witness.map((place) => rows[place] ?? 0);
  }
}

function partsOf(model: Model, operations: Operations): Parts {
  return model.partitionByKey ? splitByKey(operations) : asOnePart(operations);
}

/** The operations of the rows as objects. */
export function toList(operations: Operations, rows: Int32Array): readonly Operation[] {
  return Array.from(rows, (row) => operationAt(operations, row));
}
