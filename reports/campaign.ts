import { mergeVerdicts, type Verdict } from "porcupine-ts";
import type { RunDigest } from "./campaign/digest.ts";
import type { RunResult } from "./result.ts";

/** What a campaign leaves: every run that was planned, done or not. `campaign.json`. */
export type CampaignResult = {
  readonly whitewater: 1;
  readonly name: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** What was to run; absent in files of earlier versions. */
  readonly planned?: readonly PlannedCell[];
  readonly runs: readonly CampaignRun[];
};

/** One cell of the matrix, and how many runs it was to have. */
export type PlannedCell = CellName & { readonly runs: number };

/** What a cell of the matrix is called. */
export type CellName = {
  readonly workload: string;
  readonly schedule: string;
  readonly subject: string;
  /** Id of the planted bug. */
  readonly bug: string | null;
};

export type CampaignRun = {
  readonly workload: string;
  readonly schedule: string;
  readonly seed: number;
  readonly verdict: Verdict;
  readonly sentence: string;
  /** Relative to the campaign's folder; null when the run left none. */
  readonly runDir: string | null;
  readonly durationMs: number;
  readonly operations: RunResult["operations"];
  /** Why it was not run: the driver cannot do its faults, or the budget was spent. */
  readonly skipped?: string;
  /** Why the environment failed it. */
  readonly environment?: string;
  // Absent in files of earlier versions.
  readonly subject?: string;
  readonly driver?: string;
  /** Id of the planted bug. */
  readonly bug?: string | null;
  /** ISO 8601. */
  readonly startedAt?: string;
  /** Absent for a run that left nothing to read. */
  readonly digest?: RunDigest;
};

/** What a run counts as; a found anomaly is never hidden by what happened beside it. */
export type Outcome = Verdict | "environment" | "skipped";

/** Worst first. */
export const outcomes: readonly Outcome[] = [
  "invalid",
  "environment",
  "unknown",
  "vacuous",
  "valid",
  "skipped",
];

export function outcomeOf(run: CampaignRun): Outcome {
  if (run.skipped !== undefined) return "skipped";
  if (run.verdict === "invalid") return "invalid";
  return run.environment === undefined ? run.verdict : "environment";
}

/** The worst verdict of the runs that were done; `vacuous` when none was. */
export function campaignVerdict(result: Pick<CampaignResult, "runs">): Verdict {
  const done = result.runs.filter((run) => run.skipped === undefined);
  return mergeVerdicts(
    done.map((run) => (outcomeOf(run) === "environment" ? "unknown" : run.verdict)),
  );
}
