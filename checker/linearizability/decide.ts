import type { Budget } from "../checker.ts";
import type { Model, Operation } from "../model.ts";
import { Search, type SearchResult } from "./search.ts";

/** The answer for a whole history, whose partitions are searched one by one. */
export type Decision =
  | {
      readonly verdict: "valid";
      /** One order for each partition. */
      readonly witnesses: readonly (readonly Operation[])[];
      readonly steps: number;
    }
  | {
      readonly verdict: "invalid";
      /** The partition that has no order. */
      readonly operations: readonly Operation[];
      /** So many of its returns can be passed for certain. */
      readonly passed: number;
      readonly steps: number;
    }
  | {
      readonly verdict: "unknown";
      readonly reason: "time" | "steps" | "memory";
      readonly operations: readonly Operation[];
      readonly progress: Search["progress"];
      readonly undecided: number;
      readonly steps: number;
    };

const sliceSteps = 4096;
const firstRoundSteps = 300;
const roundFactor = 8;

type Task = { readonly operations: readonly Operation[]; readonly search: Search };

/**
 * Searches all partitions in rounds of growing budgets, so that one which is easily refuted is found
 * before a hard one is finished.
 */
export function decide(model: Model, operations: readonly Operation[], budget: Budget): Decision {
  const tasks = split(model, operations).map((part) => ({
    operations: part,
    search: new Search(model, part),
  }));
  const witnesses: (readonly Operation[])[] = [];
  let pending: readonly Task[] = tasks;
  const steps = (): number => tasks.reduce((sum, { search }) => sum + search.steps, 0);
  let configurations = pending.reduce((sum, { search }) => sum + search.size, 0);

  for (let quota = firstRoundSteps; pending.length > 0; quota *= roundFactor) {
    const left: Task[] = [];
    let stepsBefore = steps();
    for (const task of pending) {
      const { search } = task;
      const others = configurations - search.size;
      const limits = {
        quota,
        stepsMax: budget.stepsMax - stepsBefore,
        sizeMax: budget.configurationsMax - others,
      };
      const own = search.steps;
      const result = run(search, limits, budget.shouldStop);
      stepsBefore += search.steps - own;
      configurations = others + search.size;
      if (result === "invalid") {
        const passed = search.progress.ordered;
        return { verdict: "invalid", operations: task.operations, passed, steps: stepsBefore };
      }
      if (result === "time" || result === "steps" || result === "full") {
        const undecided = pending.length - pending.indexOf(task) + left.length;
        return {
          verdict: "unknown",
          reason: result === "full" ? "memory" : result,
          operations: task.operations,
          progress: search.progress,
          undecided,
          steps: stepsBefore,
        };
      }
      if (result === "valid") {
        witnesses.push(search.witness);
        configurations -= search.size;
      } else left.push(task);
    }
    pending = left;
  }
  return { verdict: "valid", witnesses, steps: steps() };
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

function split(model: Model, operations: readonly Operation[]): (readonly Operation[])[] {
  if (!model.partitionByKey) return [operations];
  const byKey = new Map<string | undefined, Operation[]>();
  for (const operation of operations) {
    const part = byKey.get(operation.key);
    if (part === undefined) byKey.set(operation.key, [operation]);
    else part.push(operation);
  }
  return [...byKey.values()];
}
