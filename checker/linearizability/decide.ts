import type { Budget } from "../checker.ts";
import type { Model, Operation } from "../model.ts";
import { asOnePart, type Operations, operationAt, splitByKey } from "../operations.ts";
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

const sliceSteps = 4096;
const firstRoundSteps = 300;
const roundFactor = 8;

type Task = { readonly rows: Int32Array; readonly search: Search };

type Sorted = {
  readonly partitions: number;
  readonly engine: string;
  readonly fast: readonly Extract<FastDecision, { verdict: "valid" }>[];
  readonly refuted: { readonly rows: Int32Array; readonly core: Int32Array } | null;
  readonly tasks: readonly Task[];
};

/**
 * Decides each partition by the model's fast path where its precondition holds, and the others by search,
 * in rounds of growing budgets, so that one which is easily refuted is found before a hard one is finished.
 */
export function decide(model: Model, operations: Operations, budget: Budget): Decision {
  const { fast, refuted, tasks, ...result } = sort(model, operations);
  if (refuted !== null) return { ...result, ...refuted, verdict: "invalid", passed: 0, steps: 0 };
  const found: Task[] = [];
  let pending: readonly Task[] = tasks;
  const steps = (): number => tasks.reduce((sum, { search }) => sum + search.steps, 0);
  let configurations = pending.reduce((sum, { search }) => sum + search.size, 0);

  for (let quota = firstRoundSteps; pending.length > 0; quota *= roundFactor) {
    const left: Task[] = [];
    let stepsBefore = steps();
    for (const task of pending) {
      const { search, rows } = task;
      const others = configurations - search.size;
      const limits = {
        quota,
        stepsMax: budget.stepsMax - stepsBefore,
        sizeMax: budget.configurationsMax - others,
      };
      const own = search.steps;
      const end = run(search, limits, budget.shouldStop);
      stepsBefore += search.steps - own;
      configurations = others + search.size;
      if (end === "invalid") {
        const passed = search.progress.ordered;
        return { ...result, verdict: "invalid", rows, core: null, passed, steps: stepsBefore };
      }
      if (end === "time" || end === "steps" || end === "full") {
        const undecided = pending.length - pending.indexOf(task) + left.length;
        const reason = end === "full" ? "memory" : end;
        const { progress } = search;
        return {
          ...result,
          verdict: "unknown",
          reason,
          rows,
          progress,
          undecided,
          steps: stepsBefore,
        };
      }
      if (end === "valid") {
        found.push(task);
        configurations -= search.size;
      } else left.push(task);
    }
    pending = left;
  }
  const witnesses = (): Iterable<Int32Array> => gather(fast, found);
  return { ...result, verdict: "valid", witnesses, steps: steps() };
}

function* gather(fast: Sorted["fast"], found: readonly Task[]): Iterable<Int32Array> {
  for (const decision of fast) yield decision.witness();
  for (const { search, rows } of found) yield search.witness.map((place) => rows[place] ?? 0);
}

/** Lets the fast path decide what it can, and makes a search for every other partition. */
function sort(model: Model, operations: Operations): Sorted {
  const { from, rows } = model.partitionByKey ? splitByKey(operations) : asOnePart(operations);
  const partitions = from.length - 1;
  const decideFast = model.fastPath?.prepare(operations);
  const fast: Extract<FastDecision, { verdict: "valid" }>[] = [];
  const tasks: Task[] = [];
  for (let part = 0; part < partitions; part++) {
    const own = rows.subarray(from[part], from[part + 1]);
    const decision = decideFast?.(own) ?? null;
    if (decision?.verdict === "invalid") {
      const engine = model.fastPath?.name ?? "";
      return { partitions, engine, fast, refuted: { rows: own, core: decision.core() }, tasks };
    }
    if (decision === null)
      {const search = new Search(model, operations); search.load(own);
 tasks.push({ rows: own, search });}
    else fast.push(decision);
  }
  const engines = [fast.length > 0 ? model.fastPath?.name : "", tasks.length > 0 ? "search" : ""];
  return { partitions, engine: engines.filter(Boolean).join("+"), fast, refuted: null, tasks };
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
