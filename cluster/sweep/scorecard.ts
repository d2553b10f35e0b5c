import type { Ablation, BugScore, CorrectScore, Trial } from "../../reports/scorecard.ts";
import { scoreBug, scoreCorrect } from "../../reports/scorecard.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { BugInfo } from "../subject.ts";
import { playInWorkers } from "./pool.ts";
import type { SeedResult, SweepSpec } from "./sweep.ts";

/** A subject with the bugs that are to be measured, and the generic workloads that measure them. */
export type Entrant = {
  readonly subject: string;
  readonly bugs: readonly BugInfo[];
  readonly workloads: readonly Workload[];
};

export type MeasureOptions = {
  readonly entrants: readonly Entrant[];
  /** Of one core, for each bug. */
  readonly budgetSeconds: number;
  /** Fewer runs than the budget allows, where given. */
  readonly runsMax?: number;
  /** Whether a bug that was caught is played no more. */
  readonly stopsWhenCaught?: boolean;
  readonly jobs: number;
  /** Whether a bug's own script shows it; null where it has none. */
  readonly witness: (bug: BugInfo) => boolean | null;
  readonly onBug: (score: BugScore, done: number, of: number) => void;
  /** An error of ours in a run of the correct build or of a bug. */
  readonly onError: (seed: number, error: string) => void;
  readonly signal: AbortSignal;
};

/** Beyond it the correct build is played no longer, in seconds of one core. */
const correctSecondsMax = 600;

/**
 * Plays every bug under generic schedules until its budget is spent; bugs side by side, one core
 * each. In the order of the entrants.
 */
export async function measureBugs(options: MeasureOptions): Promise<BugScore[]> {
  const tasks = options.entrants.flatMap(({ subject, bugs, workloads }) =>
    bugs.map((bug) => ({ subject, bug, workloads })),
  );
  const scores: BugScore[] = [];
  let done = 0;
  await inLanes(options.jobs, tasks, async ({ subject, bug, workloads }, at) => {
    const { id, family, breaks, guided } = bug;
    const trials = await playOn(options, { workloads, bug: id });
    const score = scoreBug(
      {
        id,
        subject,
        family,
        breaks,
        witness: options.witness(bug),
        ...(guided !== null && { guided }),
      },
      trials,
    );
    scores[at] = score;
    options.onBug(score, ++done, tasks.length);
  });
  return scores.filter((score) => score !== undefined);
}

/** Plays the correct build of each subject as often as its bugs together were. */
export async function measureCorrect(
  options: MeasureOptions,
  scores: readonly BugScore[],
): Promise<CorrectScore> {
  const { entrants, jobs } = options;
  const share = correctSecondsMax / Math.max(1, entrants.length) / jobs;
  const trials: Trial[] = [];
  for (const { subject, workloads } of entrants) {
    const runs = scores
      .filter((score) => score.subject === subject)
      .reduce((sum, score) => sum + score.runs, 0);
    const lanes = Array.from({ length: jobs }, (_, lane) => lane);
    await inLanes(jobs, lanes, async (lane) => {
      const mine = Math.floor((runs + jobs - 1 - lane) / jobs);
      const limits = { ...options, budgetSeconds: share, runsMax: mine };
      const seeds = { first: 1 + lane, step: jobs };
      trials.push(...(await playOn(limits, { workloads, bug: null }, seeds)));
    });
  }
  return scoreCorrect(trials.sort((a, b) => a.seed - b.seed));
}

/** What is no longer caught when one kind of fault is taken out of every schedule. */
export async function measureAblation(
  options: MeasureOptions,
  scores: readonly BugScore[],
  onFamily: (ablation: Ablation) => void,
): Promise<Ablation[]> {
  const caught = new Set(scores.filter((score) => score.caught > 0).map(({ id }) => id));
  const families = new Set(
    options.entrants.flatMap(({ workloads }) =>
      workloads.flatMap(({ nemesis }) => nemesis.faults.map(({ fault }) => fault)),
    ),
  );
  const ablations: Ablation[] = [];
  for (const without of [...families].sort()) {
    if (options.signal.aborted) break;
    const entrants = options.entrants.map(({ subject, bugs, workloads }) => ({
      subject,
      bugs: bugs.filter(({ id }) => caught.has(id)),
      workloads: workloads.map((workload) => leaveOut(workload, without)),
    }));
    const left = await measureBugs({ ...options, entrants, onBug: () => undefined });
    const lost = left.filter((score) => score.caught === 0).map(({ id }) => id);
    ablations.push({ without, lost });
    onFamily({ without, lost });
  }
  return ablations;
}

function leaveOut(workload: Workload, without: string): Workload {
  const faults = workload.nemesis.faults.filter(({ fault }) => fault !== without);
  return { ...workload, nemesis: { ...workload.nemesis, faults } };
}

async function playOn(
  options: MeasureOptions,
  { workloads, bug }: Pick<SweepSpec, "workloads" | "bug">,
  seeds: { readonly first: number; readonly step: number } = { first: 1, step: 1 },
): Promise<Trial[]> {
  const { budgetSeconds, runsMax = Number.POSITIVE_INFINITY, signal } = options;
  const trials: Trial[] = [];
  let spent = 0;
  let started = 0;
  let isCaught = false;
  const next = (): number | undefined => {
    if (isCaught && options.stopsWhenCaught === true) return undefined;
    if (signal.aborted || spent >= budgetSeconds || started >= runsMax) return undefined;
    return seeds.first + seeds.step * started++;
  };
  const onResult = (result: SeedResult): void => {
    if ("error" in result) {
      options.onError(result.seed, result.error);
      return;
    }
    const trial = trialOf(result, workloads);
    spent += trial.seconds;
    isCaught ||= trial.verdict === "invalid";
    trials.push(trial);
  };
  const spec = { workloads, bug, repeats: "none" } as const;
  const atATime = options.stopsWhenCaught === true ? { seedsAtATime: 1 } : {};
  await playInWorkers({ spec, jobs: 1, ...atATime, next, onResult });
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

/** So many at a time, in order; each gets its place in the list. */
async function inLanes<T>(
  lanes: number,
  items: readonly T[],
  work: (item: T, at: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) await work(items[at] as T, at);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
}
