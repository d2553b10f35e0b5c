import type { Ablation, BugScore, CorrectScore, Trial } from "../../reports/scorecard.ts";
import { scoreBug, scoreCorrect } from "../../reports/scorecard.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { BugInfo } from "../subject.ts";

/** A subject with the bugs that are to be measured, and the generic workloads that measure them. */
export type Entrant = {
  readonly subject: string;
  readonly bugs: readonly BugInfo[];
  readonly workloads: readonly Workload[];
};

/** How long one thing is played. */
export type Limits = {
  /** Of one core, for each bug. A run that has begun is finished. */
  readonly budgetSeconds: number;
  /** Fewer runs than the budget allows, where given. */
  readonly runsMax?: number;
  /** Whether a bug that was caught is played no more. */
  readonly stopsWhenCaught?: boolean;
  /** An error of ours in a run. */
  readonly onError: (seed: number, error: string) => void;
  /** Once aborted, no run is begun any more. */
  readonly soft: AbortSignal;
  /** Once aborted, runs are given up in their middle. */
  readonly hard: AbortSignal;
};

/** Plays one bug, or the correct build, on the workloads in turn, seed after seed. */
export type PlayTrials = (
  what: { readonly workloads: readonly Workload[]; readonly bug: string | null },
  seeds: { readonly first: number; readonly step: number },
  limits: Limits,
) => Promise<Trial[]>;

export type MeasureOptions = Limits & {
  readonly entrants: readonly Entrant[];
  readonly play: PlayTrials;
  readonly jobs: number;
  /** Whether a bug's own script shows it; null where it has none. */
  readonly witness: (bug: BugInfo) => boolean | null;
  readonly onBug: (score: BugScore, done: number, of: number) => void;
};

/** Beyond it the correct build is played no longer, in seconds of one core. */
const correctSecondsMax = 600;

/**
 * Plays every bug under generic schedules until its budget is spent; bugs side by side, one core
 * each. In the order of the entrants, without those that an interruption left unplayed.
 */
export async function measureBugs(options: MeasureOptions): Promise<BugScore[]> {
  const tasks = options.entrants.flatMap(({ subject, bugs, workloads }) =>
    bugs.map((bug) => ({ subject, bug, workloads })),
  );
  const scores: BugScore[] = [];
  let done = 0;
  await inLanes(options.jobs, tasks, async ({ subject, bug, workloads }, at) => {
    if (options.soft.aborted) return;
    const { id, family, breaks, guided } = bug;
    const trials = await options.play({ workloads, bug: id }, { first: 1, step: 1 }, options);
    if (trials.length === 0 && options.soft.aborted) return;
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
      if (options.soft.aborted) return;
      const mine = Math.floor((runs + jobs - 1 - lane) / jobs);
      const limits = { ...options, budgetSeconds: share, runsMax: mine };
      const seeds = { first: 1 + lane, step: jobs };
      trials.push(...(await options.play({ workloads, bug: null }, seeds, limits)));
    });
  }
  return scoreCorrect(trials.sort((a, b) => a.seed - b.seed));
}

/**
 * What is no longer caught when one kind of fault is taken out of every schedule. Each bug is played
 * until it is caught, and not at all where none of its schedules has that kind.
 */
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
    const entrants = options.entrants
      .filter(({ workloads }) => workloads.some((workload) => isPlayed(workload, without)))
      .map(({ subject, bugs, workloads }) => ({
        subject,
        bugs: bugs.filter(({ id }) => caught.has(id)),
        workloads: workloads.map((workload) => leaveOut(workload, without)),
      }));
    const onBug = (): void => undefined;
    const left = await measureBugs({ ...options, entrants, onBug, stopsWhenCaught: true });
    // Of a family that was not played to its end nothing follows.
    if (options.soft.aborted) break;
    const lost = left.filter((score) => score.caught === 0).map(({ id }) => id);
    ablations.push({ without, lost });
    onFamily({ without, lost });
  }
  return ablations;
}

function isPlayed({ nemesis }: Workload, fault: string): boolean {
  return nemesis.faults.some((entry) => entry.fault === fault);
}

function leaveOut(workload: Workload, without: string): Workload {
  const faults = workload.nemesis.faults.filter(({ fault }) => fault !== without);
  return { ...workload, nemesis: { ...workload.nemesis, faults } };
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
