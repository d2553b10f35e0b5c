import { setImmediate as turn } from "node:timers/promises";
import type { Workload } from "../../workloads/workload.ts";
import { modelOf } from "../../workloads/workload-model.ts";
import type { FullRegistries } from "../registry.ts";
import type { SimPlan } from "../sim/plan.ts";
import { loadProgram } from "./load-program.ts";
import { runSeed, type SeedOutcome } from "./run-seed.ts";
import type { SeedError } from "./summary.ts";

/** What is swept: plain JSON, so that a worker can be told. */
export type SweepSpec = {
  readonly workload: Workload;
  /** Id of a planted bug. */
  readonly bug: string | null;
  /** Whether each seed is played twice and compared. */
  readonly verifies: boolean;
};

export type SeedResult = SeedOutcome | SeedError;

/** The plan of a sweep: the workload's subject and everything it needs, loaded. */
export async function loadPlan(
  { workload, bug }: Pick<SweepSpec, "workload" | "bug">,
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
  readonly plan: SimPlan;
  readonly verifies: boolean;
  readonly next: () => number | undefined;
  readonly onResult: (result: SeedResult) => void;
}): Promise<void> {
  const { plan, verifies, next, onResult } = options;
  for (let seed = next(); seed !== undefined; seed = next()) {
    onResult(playSafely(plan, seed, verifies));
    // Between two runs signals are heard and messages leave.
    await turn();
  }
}

function playSafely(plan: SimPlan, seed: number, verifies: boolean): SeedResult {
  try {
    return runSeed(plan, seed, verifies);
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, error: reason };
  }
}
