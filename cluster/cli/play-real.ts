import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { RunResult } from "../../reports/result.ts";
import type { Trial } from "../../reports/scorecard.ts";
import { type FullRegistries, projectRoot } from "../registry.ts";
import type { PlayTrials } from "../sweep/scorecard.ts";
import { type AnyDriver, runTestbed } from "../testbed.ts";
import type { Interrupt } from "./interrupt.ts";
import { planRun } from "./plan.ts";

/** Plays trials as whole runs on a real driver, each in a folder below `folder`. */
export function playReal(context: {
  readonly registries: FullRegistries;
  readonly driver: AnyDriver;
  readonly folder: string;
  readonly interrupt: Interrupt;
  readonly onProgress: (line: string) => void;
}): PlayTrials {
  return async ({ workloads, bug }, seeds, limits) => {
    const { budgetSeconds, runsMax = Number.POSITIVE_INFINITY, soft } = limits;
    const trials: Trial[] = [];
    const startMs = performance.now();
    const isSpent = (): boolean => (performance.now() - startMs) / 1000 >= budgetSeconds;
    for (let count = 0; count < runsMax && !isSpent() && !soft.aborted; count++) {
      const seed = seeds.first + count * seeds.step;
      const workload = workloads[count % workloads.length];
      if (workload === undefined) throw new RangeError("a scorecard needs a workload");
      const beganMs = performance.now();
      try {
        const result = await playOne(context, { workload, bug, seed });
        trials.push(trialOf(result, workload.name, (performance.now() - beganMs) / 1000));
      } catch (error) {
        limits.onError(seed, error instanceof Error ? error.message : String(error));
      }
      if (limits.stopsWhenCaught === true && trials.at(-1)?.verdict === "invalid") break;
    }
    return trials;
  };
}

async function playOne(
  { registries, driver, folder, interrupt, onProgress }: Parameters<typeof playReal>[0],
  {
    workload,
    bug,
    seed,
  }: { workload: Parameters<typeof planRun>[0]["workload"]; bug: string | null; seed: number },
): Promise<RunResult> {
  const runDir = join(folder, `${bug ?? "correct"}-${workload.name}-${seed}`);
  await mkdir(runDir, { recursive: true });
  const flags = bug === null ? {} : { bug };
  const file = `workloads/${workload.name}.yaml`;
  return runTestbed({
    ...planRun({ workload, file, flags, registries, driver, seed }),
    runDir,
    projectRoot,
    soft: interrupt.soft,
    hard: interrupt.hard,
    onProgress,
  });
}

function trialOf(result: RunResult, workload: string, seconds: number): Trial {
  const { seed, verdict, checks } = result;
  const faults: Record<string, number> = {};
  for (const { fault, injectedAt } of result.faults) {
    if (injectedAt !== null) faults[fault] = (faults[fault] ?? 0) + 1;
  }
  const caughtBy = checks.filter((check) => check.verdict === "invalid").map((one) => one.checker);
  return { seed, workload, verdict, seconds, caughtBy, faults };
}
