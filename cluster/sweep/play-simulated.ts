import type { Trial } from "../../reports/scorecard.ts";
import type { Workload } from "../../workloads/workload.ts";
import { playInWorkers } from "./pool.ts";
import type { PlayTrials } from "./scorecard.ts";
import type { SeedResult, SweepSpec } from "./sweep.ts";

/** Plays the seeds that `next` gives, until there is none left. */
type PlaySpec = (options: {
  readonly spec: SweepSpec;
  readonly next: () => number | undefined;
  readonly onResult: (result: SeedResult) => void;
  /** One seed at a time: the next depends on what the one before it showed. */
  readonly isStepwise: boolean;
  readonly hard: AbortSignal;
}) => Promise<void>;

/** Plays trials in simulation, on a worker thread of their own. */
export const playSimulated: PlayTrials = trialsBy(({ isStepwise, ...options }) =>
  playInWorkers({ ...options, jobs: 1, ...(isStepwise ? { seedsAtATime: 1 } : {}) }),
);

/** Trials in simulation, played by `play`. */
export function trialsBy(play: PlaySpec): PlayTrials {
  return ({ workloads, bug }, seeds, limits) => playTrials(play, { workloads, bug }, seeds, limits);
}

async function playTrials(
  play: PlaySpec,
  ...[{ workloads, bug }, seeds, limits]: Parameters<PlayTrials>
): Promise<Trial[]> {
  const { budgetSeconds, runsMax = Number.POSITIVE_INFINITY, soft, hard } = limits;
  const trials: Trial[] = [];
  let spent = 0;
  let started = 0;
  let isCaught = false;
  const next = (): number | undefined => {
    if (isCaught && limits.stopsWhenCaught === true) return undefined;
    if (soft.aborted || spent >= budgetSeconds || started >= runsMax) return undefined;
    return seeds.first + seeds.step * started++;
  };
  let resultMs = performance.now();
  const onResult = (result: SeedResult): void => {
    const sinceMs = performance.now() - resultMs;
    resultMs += sinceMs;
    if ("error" in result) {
      // Budget that is gone too: runs that all end like this must end some time.
      spent += sinceMs / 1000;
      limits.onError(result.seed, result.error);
      return;
    }
    const trial = trialOf(result, workloads);
    spent += trial.seconds;
    isCaught ||= trial.verdict === "invalid";
    trials.push(trial);
  };
  const spec = { workloads, bug, repeats: "none" } as const;
  await play({ spec, next, onResult, isStepwise: limits.stopsWhenCaught === true, hard });
  return trials;
}

function trialOf(
  result: Exclude<SeedResult, { readonly error: string }>,
  workloads: readonly Workload[],
): Trial {
  const { seed, verdict, caughtBy, faults, simulationMs, checkMs } = result;
  const injected = Object.entries(faults).map(([kind, count]) => [kind, count.injected] as const);
  return {
    seed,
    workload: workloads[seed % workloads.length]?.name ?? "",
    verdict,
    caughtBy,
    seconds: (simulationMs + checkMs) / 1000,
    faults: Object.fromEntries(injected.filter(([, count]) => count > 0)),
  };
}
