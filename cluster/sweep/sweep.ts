import { setImmediate as turn } from "node:timers/promises";
import type { Workload } from "../../workloads/workload.ts";
import { modelOf } from "../../workloads/workload-model.ts";
import type { FullRegistries } from "../registry.ts";
import type { SimPlan } from "../sim/plan.ts";
import { loadProgram } from "./load-program.ts";
import { type Repeats, runSeed, type SeedOutcome } from "./run-seed.ts";
import type { SeedError } from "./summary.ts";

/** What is swept: plain JSON, so that a worker can be told. */
export type SweepSpec = {
  /** Taken in turn, by the seed. */
  readonly workloads: readonly Workload[];
  /** Id of a planted bug. */
  readonly bug: string | null;
  readonly repeats: Repeats;
};

export type SeedResult = SeedOutcome | SeedError;

/** The plan of each workload: its subject and everything it needs, loaded. */
export async function loadPlans(
  { workloads, bug }: Pick<SweepSpec, "workloads" | "bug">,
  registries: Pick<FullRegistries, "subjects" | "faults">,
): Promise<SimPlan[]> {
  return Promise.all(workloads.map((workload) => loadPlan({ workload, bug }, registries)));
}

export async function loadPlan(
  { workload, bug }: { readonly workload: Workload; readonly bug: string | null },
  { subjects, faults }: Pick<FullRegistries, "subjects" | "faults">,
): Promise<SimPlan> {
  const subject = subjects.get(workload.subject);
  if (subject === undefined) throw new RangeError(`no subject ${workload.subject}`);
  const found = subject.bugs.find(({ id }) => id === bug) ?? null;
  const program = await loadProgram(subject, found);
  return { workload, model: modelOf(workload), subject, bug: found, faults, program };
}

/** Plays the seeds that `next` gives, one after another; an error of ours ends its seed only. */
export async function playSeeds(options: {
  readonly plans: readonly SimPlan[];
  readonly repeats: Repeats;
  readonly next: () => number | undefined;
  readonly onResult: (result: SeedResult) => void;
}): Promise<void> {
  const { plans, repeats, next, onResult } = options;
  for (let seed = next(); seed !== undefined; seed = next()) {
    const plan = plans[seed % plans.length];
    if (plan === undefined) throw new RangeError("a sweep needs a workload");
    onResult(playSafely(plan, seed, repeats));
    // Between two runs signals are heard and messages leave.
    await turn();
  }
}

function playSafely(plan: SimPlan, seed: number, repeats: Repeats): SeedResult {
  try {
    return runSeed(plan, seed, repeats);
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, error: reason };
  }
}
