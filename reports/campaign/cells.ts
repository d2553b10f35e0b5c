import type { AnomalyClass } from "../anomaly/classes.ts";
import {
  type CampaignRun,
  type CellName,
  type Outcome,
  outcomeOf,
  outcomes,
  type PlannedCell,
} from "../campaign.ts";

/** How many runs ended how; outcomes that did not occur are absent. */
export type OutcomeCounts = Readonly<Partial<Record<Outcome, number>>>;

/** What was found, and in how many runs. */
export type ClassCount = { readonly class: AnomalyClass; readonly count: number };

/** One cell of the matrix with the runs that it has had. */
export type Cell = {
  readonly name: CellName;
  readonly key: string;
  readonly runs: readonly CampaignRun[];
  readonly counts: OutcomeCounts;
  /** Of the runs that were done, milliseconds; null when there are none. */
  readonly medianMs: number | null;
  readonly maxMs: number | null;
};

/** Stands for the subject of a run that an earlier version recorded without it. */
const unnamedSubject = "–";

export function cellName(run: CampaignRun): CellName {
  const { workload, schedule, subject = unnamedSubject, bug = null } = run;
  return { workload, schedule, subject, bug };
}

/** The same for equal names only. */
export function cellKey({ workload, schedule, subject, bug }: CellName): string {
  return JSON.stringify([workload, schedule, subject, bug]);
}

/** `raft-kv with M28`. */
export function subjectName({ subject, bug }: Pick<CellName, "subject" | "bug">): string {
  return bug === null ? subject : `${subject} with ${bug}`;
}

export function countOutcomes(runs: readonly CampaignRun[]): OutcomeCounts {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const run of runs) {
    const outcome = outcomeOf(run);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

export function addCounts(a: OutcomeCounts, b: OutcomeCounts): OutcomeCounts {
  const sum: Partial<Record<Outcome, number>> = {};
  for (const outcome of outcomes) {
    const count = (a[outcome] ?? 0) + (b[outcome] ?? 0);
    if (count > 0) sum[outcome] = count;
  }
  return sum;
}

/** What a run is told by, as its page names it; null for one that found nothing, or says too little. */
export function anomalyClassOf(run: CampaignRun): AnomalyClass | null {
  return outcomeOf(run) === "invalid" ? (run.digest?.signatures[0]?.class ?? null) : null;
}

/** The most frequent first. */
export function countClasses(runs: readonly CampaignRun[]): ClassCount[] {
  const counts = new Map<AnomalyClass, number>();
  for (const run of runs) {
    const found = anomalyClassOf(run);
    if (found !== null) counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, count]) => ({ class: name, count }))
    .sort((a, b) => b.count - a.count || (a.class < b.class ? -1 : 1));
}

/** In the order in which the runs first name them. */
export function cellsOf(runs: readonly CampaignRun[]): Cell[] {
  const byKey = new Map<string, CampaignRun[]>();
  for (const run of runs) {
    const key = cellKey(cellName(run));
    const before = byKey.get(key);
    if (before === undefined) byKey.set(key, [run]);
    else before.push(run);
  }
  return [...byKey].map(([key, ofCell]) => {
    const tookMs = ofCell
      .filter((run) => run.skipped === undefined)
      .map(({ durationMs }) => durationMs)
      .sort((a, b) => a - b);
    return {
      name: cellName(ofCell[0] as CampaignRun),
      key,
      runs: ofCell,
      counts: countOutcomes(ofCell),
      medianMs: tookMs[(tookMs.length - 1) >> 1] ?? null,
      maxMs: tookMs.at(-1) ?? null,
    };
  });
}

/** Workloads and subjects down, schedules across. */
export type Grid = {
  readonly schedules: readonly string[];
  readonly rows: readonly {
    readonly workload: string;
    readonly subject: string;
    readonly bug: string | null;
    /** One a schedule; null where the matrix has no such cell. */
    readonly cells: readonly GridCell[];
  }[];
};

export type GridCell = {
  readonly key: string;
  readonly counts: OutcomeCounts;
  readonly classes: readonly ClassCount[];
  /** Runs that are still to come. */
  readonly pending: number;
} | null;

/** The whole matrix, with what was planned and has not been run. */
export function gridOf(planned: readonly PlannedCell[], runs: readonly CampaignRun[]): Grid {
  const done = new Map(cellsOf(runs).map((cell) => [cell.key, cell]));
  const names = new Map<string, CellName>();
  for (const name of [...planned, ...[...done.values()].map((cell) => cell.name)]) {
    names.set(cellKey(name), name);
  }
  const toRun = new Map(planned.map((cell) => [cellKey(cell), cell.runs]));
  const all = [...names.values()];
  const schedules = [...new Set(all.map(({ schedule }) => schedule))];
  const rows = new Map(
    all.map(({ workload, subject, bug }) => [
      JSON.stringify([workload, subject, bug]),
      { workload, subject, bug },
    ]),
  );
  return {
    schedules,
    rows: [...rows.values()].map((row) => ({
      ...row,
      cells: schedules.map((schedule) => {
        const key = cellKey({ ...row, schedule });
        if (!names.has(key)) return null;
        const cell = done.get(key);
        const pending = Math.max(0, (toRun.get(key) ?? 0) - (cell?.runs.length ?? 0));
        const classes = countClasses(cell?.runs ?? []);
        return { key, counts: cell?.counts ?? {}, classes, pending };
      }),
    })),
  };
}
