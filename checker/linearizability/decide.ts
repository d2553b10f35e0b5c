import type { Budget } from "../checker.ts";
import type { Model, Operation } from "../model.ts";
import { asOnePart, type Operations, operationAt, type Parts, splitByKey } from "../operations.ts";
import type { Decision } from "./decision.ts";
import { notBegun } from "./progress.ts";
import { replay } from "./replay.ts";
import { Search, type SearchResult } from "./search.ts";

/** Steps of a partition in the first round: enough to go straight through it. */
const firstRoundSteps = 300;
const firstRoundStepsPerRow = 4;
/** How many times more it gets in each next one. */
const roundFactor = 8;
/** The fast paths are asked to stop after about so many operations. */
const sliceRows = 65_536;

/** A partition whose search is under way. */
type Task = { readonly rows: Int32Array; readonly search: Search };

type Undecided = Extract<Decision, { verdict: "unknown" }>;
type Refuted = Extract<Decision, { verdict: "invalid" }>;

/**
 * Decides each partition by the model's fast path where its precondition holds, by a replay where there is
 * one order only, and the others by search, in rounds of growing budgets, so that one which is easily
 * refuted is found before a hard one is finished.
 */
export function decide(model: Model, operations: Operations, budget: Budget): Decision {
  return new Deciding(model, operations, budget).run();
}

class Deciding {
  readonly #model: Model;
  readonly #operations: Operations;
  readonly #budget: Budget;
  readonly #parts: Parts;
  #repeater: Search | null = null;
  readonly #valid: { witness(): Int32Array }[] = [];
  /** How many partitions were replayed. */
  #replayed = 0;
  /** Rows of the partitions that are left to the search. */
  readonly #slow: Int32Array[] = [];
  #pending: Task[] = [];
  #undecided = 0;
  /** For the next partition: its buffers are used again as long as partitions are decided at once. */
  #spare: Search | null = null;
  #steps = 0;
  /** Memory of the searches under way, in configurations. */
  #held = 0;

  constructor(model: Model, operations: Operations, budget: Budget) {
    this.#model = model;
    this.#operations = operations;
    this.#budget = budget;
    this.#parts = partsOf(model, operations);
  }

  run(): Decision {
    const ended = this.#goFast() ?? this.#search();
    if (ended !== null) return ended;
    return { ...this.#common(), verdict: "valid", witnesses: () => this.#witnesses() };
  }

  #search(): Refuted | Undecided | null {
    if (this.#slow.length === 0) return null;
    this.#spare = takeSpare(this.#model, this.#operations);
    const ended = this.#firstRound() ?? this.#laterRounds();
    if (this.#spare !== null) spares.set(this.#model, this.#spare);
    return ended;
  }

  #goFast(): Refuted | Undecided | null {
    const { from, rows } = this.#parts;
    const decideFast = this.#model.fastPath?.prepare(this.#operations);
    const rowsMin = this.#model.fastPath?.rowsMin ?? 0;
    let asked = 0;
    for (let part = 0; part + 1 < from.length; part++) {
      const own = rows.subarray(from[part], from[part + 1]);
      const decision = own.length < rowsMin ? null : (decideFast?.(own) ?? null);
      if (decision?.verdict === "invalid") {
        return this.#refuted(own, this.#model.fastPath?.name ?? "", decision.core(), 0);
      }
      const ended = decision === null ? this.#replay(own) : null;
      if (ended !== null) return ended;
      if (decision !== null) this.#valid.push(decision);
      const done = from[part + 1] ?? 0;
      if (done - asked < sliceRows || part + 2 === from.length) continue;
      asked = done;
      if (!this.#budget.shouldStop()) continue;
      this.#undecided = from.length - 1 - this.#valid.length;
      return this.#unknown(rows.subarray(from[part + 1], from[part + 2]), null, "time");
    }
    return null;
  }

  /** Decides a partition that has one order only, and leaves others to the search. */
  #replay(rows: Int32Array): Refuted | null {
    const passed = replay(this.#model, this.#operations, rows, this.#budget.shouldStop);
    if (passed === null) {
      this.#slow.push(rows);
      return null;
    }
    this.#replayed++;
    this.#steps += passed;
    if (passed < rows.length) return this.#refuted(rows, "replay", null, passed);
    this.#valid.push({ witness: () => rows });
    return null;
  }

  #firstRound(): Refuted | Undecided | null {
    this.#undecided = this.#slow.length;
    for (const rows of this.#slow) {
      const ended = this.#begin(rows);
      if (ended !== null) return ended;
    }
    return null;
  }

  #begin(rows: Int32Array): Refuted | Undecided | null {
    const search = this.#spare ?? new Search(this.#model, this.#operations);
    this.#spare = null;
    const task = { rows, search };
    const { shouldStop } = this.#budget;
    if (shouldStop() || !search.load(rows, shouldStop)) return this.#unknown(rows, null, "time");
    const quota = firstRoundSteps + firstRoundStepsPerRow * rows.length;
    const result = this.#advance(task, quota);
    if (result === "valid") {
      this.#undecided--;
      this.#valid.push({ witness: () => this.#repeat(rows) });
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
      for (const task of round) {
        this.#held -= task.search.size;
        const result = this.#advance(task, quota);
        if (result === "valid") {
          this.#undecided--;
          // The order is kept, the memo is not.
          const order = orderOf(task);
          this.#valid.push({ witness: () => order });
          this.#spare = task.search;
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
    this.#spare = task.search;
    if (result === "invalid") {
      return this.#refuted(task.rows, "search", null, task.search.ordered);
    }
    const reason = result === "full" ? "memory" : result === "stopped" ? "time" : "steps";
    return this.#unknown(task.rows, task.search, reason);
  }

  #refuted(rows: Int32Array, engine: string, core: Int32Array | null, passed: number): Refuted {
    return { ...this.#common(), engine, verdict: "invalid", rows, core, passed };
  }

  /** Without a search: not even the first operation was looked at. */
  #unknown(rows: Int32Array, search: Search | null, reason: Undecided["reason"]): Undecided {
    const undecided = this.#undecided;
    const progress = search?.progress ?? notBegun(this.#model, this.#operations, rows);
    return { ...this.#common(), verdict: "unknown", reason, rows, progress, undecided };
  }

  #common(): Pick<Decision, "engine" | "partitions" | "steps"> {
    const { name } = this.#model.fastPath ?? {};
    const isSearched = this.#slow.length > 0;
    const isReplayed = this.#replayed > 0;
    const isFast = this.#slow.length + this.#replayed < this.#parts.from.length - 1;
    const engines = [
      isFast ? name : undefined,
      isReplayed ? "replay" : undefined,
      isSearched ? "search" : undefined,
    ];
    const engine = engines.filter((each) => each !== undefined).join("+");
    return { engine, partitions: this.#parts.from.length - 1, steps: this.#steps };
  }

  *#witnesses(): Iterable<Int32Array> {
    for (const partition of this.#valid) yield partition.witness();
  }

  /** A search of a few hundred steps takes the same ones again, and costs no memory until then. */
  #repeat(rows: Int32Array): Int32Array {
    // The spare one may be at work for another history by now.
    this.#repeater ??= new Search(this.#model, this.#operations);
    const search = this.#repeater;
    search.load(rows);
    search.advance(Infinity, Infinity);
    return orderOf({ rows, search });
  }
}

function orderOf({ rows, search }: Task): Int32Array {
  return search.witness.map((place) => rows[place] ?? 0);
}

/** A search of an earlier history, so that small ones cost no new buffers. */
const spares = new WeakMap<Model, Search>();
/** A spare one larger than this (in configurations) is let go. */
const spareSizeMax = 16_384;

function takeSpare(model: Model, operations: Operations): Search | null {
  const spare = spares.get(model);
  spares.delete(model);
  if (spare === undefined || spare.size > spareSizeMax) return null;
  return spare.turnTo(operations) ? spare : null;
}

function partsOf(model: Model, operations: Operations): Parts {
  return model.partitionByKey ? splitByKey(operations) : asOnePart(operations);
}

/** The operations of the rows as objects. */
export function toList(operations: Operations, rows: Int32Array): readonly Operation[] {
  return Array.from(rows, (row) => operationAt(operations, row));
}
