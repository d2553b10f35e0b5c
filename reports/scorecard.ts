import type { Verdict } from "porcupine-ts";

/** One run of a subject, as far as the scorecard cares. */
export type Trial = {
  readonly seed: number;
  readonly workload: string;
  readonly verdict: Verdict;
  /** Seconds of one core, set-up and checks included. */
  readonly seconds: number;
  /** The checkers that said `invalid`. */
  readonly caughtBy: readonly string[];
  /** How many instances of faults took place, by kind. */
  readonly faults: Readonly<Record<string, number>>;
};

/** Both ends of a 95 % confidence interval, 0..1. */
export type Interval = readonly [number, number];

/** How a planted bug fared. */
export type BugScore = {
  readonly id: string;
  readonly subject: string;
  readonly family: string;
  readonly breaks: string;
  /** Runs of generic schedules that ended `invalid`, of all `runs`. */
  readonly caught: number;
  readonly runs: number;
  readonly rate: number;
  readonly interval: Interval;
  /** From a fresh start to the first catch; null when it was never caught. */
  readonly medianSecondsToCatch: number | null;
  /** Catches by checker; one run may count for several. */
  readonly caughtBy: Readonly<Record<string, number>>;
  /** Whether the bug's own script shows it; null where it has none for this driver. */
  readonly witness: boolean | null;
  /** Why generic schedules are not expected to find it. */
  readonly guided?: string;
  /** The run that caught it with the fewest faults. */
  readonly cheapest: Pick<Trial, "seed" | "workload" | "faults"> | null;
};

/** What the correct build made of as many runs; false alarms are its `invalid` ones. */
export type CorrectScore = {
  readonly runs: number;
  readonly falseAlarms: number;
  readonly vacuous: number;
  readonly unknown: number;
  readonly falseAlarmSeeds: readonly number[];
};

/** What is no longer caught when one family of faults is left out. */
export type Ablation = { readonly without: string; readonly lost: readonly string[] };

export type Scorecard = {
  readonly driver: string;
  readonly correct: CorrectScore;
  readonly bugs: readonly BugScore[];
  readonly caughtBugs: number;
  /** The catalogue without what no schedule can show. */
  readonly totalBugs: number;
  readonly ablation?: readonly Ablation[];
  /** Only where it was: bugs are missing, or were not played for their whole budget. */
  readonly interrupted?: true;
  readonly budgetSeconds: number;
  /** When and from what it was measured. */
  readonly measuredAt: string;
  readonly commit: string;
};

/** Score interval of Wilson (1927): honest for few runs, and at 0 and 1. `[0, 1]` of no runs. */
export function wilsonInterval(hits: number, runs: number): Interval {
  if (runs === 0) return [0, 1];
  const z = 1.959964;
  const share = hits / runs;
  const spread = (z / runs) * Math.sqrt(hits * (1 - share) + (z * z) / 4);
  const middle = share + (z * z) / (2 * runs);
  const scale = 1 + (z * z) / runs;
  return [Math.max(0, (middle - spread) / scale), Math.min(1, (middle + spread) / scale)];
}

/** Counts the trials of one bug, in the order in which they were run. */
export function scoreBug(
  bug: Pick<BugScore, "id" | "subject" | "family" | "breaks" | "witness" | "guided">,
  trials: readonly Trial[],
): BugScore {
  const catches = trials.filter(isCaught);
  const caughtBy: Record<string, number> = {};
  for (const { caughtBy: names } of catches) {
    for (const name of names) caughtBy[name] = (caughtBy[name] ?? 0) + 1;
  }
  const [cheapest] = [...catches].sort((a, b) => faultCount(a) - faultCount(b));
  return {
    ...bug,
    caught: catches.length,
    runs: trials.length,
    rate: trials.length === 0 ? 0 : catches.length / trials.length,
    interval: wilsonInterval(catches.length, trials.length),
    medianSecondsToCatch: median(secondsBetweenCatches(trials)),
    caughtBy,
    cheapest: cheapest === undefined ? null : pickSchedule(cheapest),
  };
}

export function scoreCorrect(trials: readonly Trial[]): CorrectScore {
  const falseAlarms = trials.filter(isCaught);
  return {
    runs: trials.length,
    falseAlarms: falseAlarms.length,
    vacuous: trials.filter(({ verdict }) => verdict === "vacuous").length,
    unknown: trials.filter(({ verdict }) => verdict === "unknown").length,
    falseAlarmSeeds: falseAlarms.map(({ seed }) => seed),
  };
}

function pickSchedule({ seed, workload, faults }: Trial): BugScore["cheapest"] {
  return { seed, workload, faults };
}

function isCaught({ verdict }: Trial): boolean {
  return verdict === "invalid";
}

function faultCount({ faults }: Trial): number {
  return Object.values(faults).reduce((sum, count) => sum + count, 0);
}

/** Trials are independent: each catch is followed by a fresh start. */
function secondsBetweenCatches(trials: readonly Trial[]): number[] {
  const seconds: number[] = [];
  let since = 0;
  for (const trial of trials) {
    since += trial.seconds;
    if (!isCaught(trial)) continue;
    seconds.push(since);
    since = 0;
  }
  return seconds;
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] as number;
  const lower = sorted[(sorted.length - 1) >> 1] as number;
  return (lower + upper) / 2;
}
