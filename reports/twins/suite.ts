import type { AnomalyClass } from "../anomaly/classes.ts";
import { classOf } from "../anomaly/classify.ts";
import { anomalyClassOf } from "../campaign/cells.ts";
import type { CampaignResult, CampaignRun, Outcome } from "../campaign.ts";
import { outcomeOf } from "../campaign.ts";
import type { RunResult } from "../result.ts";
import { leadingCheck } from "../sentence.ts";

/** A run or a campaign as test reports see it: one case a run. */
export type Suite = {
  readonly name: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly cases: readonly Case[];
};

export type Case = {
  /** What the case belongs to: `CAMPAIGN.WORKLOAD`. */
  readonly group: string;
  /** Unique within its group. */
  readonly name: string;
  readonly outcome: Outcome;
  /** What was found, as the run's page names it; null where nothing was. */
  readonly anomaly: AnomalyClass | null;
  /** The one sentence of the run, or why there is none. */
  readonly message: string;
  readonly durationMs: number;
  readonly properties: Readonly<Record<string, string>>;
  /** Where its page is; null when it has none. */
  readonly report: string | null;
};

/**
 * The suite of a single run: one case. `anomaly` is needed for results of earlier versions only, which do
 * not name it.
 */
export function suiteOfRun(
  result: RunResult,
  anomaly: AnomalyClass | null = anomalyIn(result),
): Suite {
  const { workload, subject, driver, seed, bug, startedAt, durationMs, provenance } = result;
  const environment = result.environment[0];
  const outcome =
    environment !== undefined && result.verdict !== "invalid" ? "environment" : result.verdict;
  const planted = bug === null ? "" : ` with ${bug}`;
  return {
    name: workload,
    startedAt,
    durationMs,
    cases: [
      {
        group: workload,
        name: `${subject}${planted} on ${driver}, seed ${seed}`,
        outcome,
        anomaly,
        message: outcome === "environment" ? `${environment}` : result.sentence,
        durationMs,
        properties: {
          seed: String(seed),
          repeat: result.repeat,
          ...(result.skippedFaults.length === 0
            ? {}
            : { "skipped faults": result.skippedFaults.join(", ") }),
          ...provenance,
        },
        report: "report.html",
      },
    ],
  };
}

function anomalyIn({ checks }: RunResult): AnomalyClass | null {
  const check = leadingCheck(checks);
  return check === undefined ? null : classOf(check);
}

/** The suite of a campaign, in the order of its runs. */
export function suiteOfCampaign(campaign: CampaignResult): Suite {
  const { name, startedAt, durationMs, runs } = campaign;
  return { name, startedAt, durationMs, cases: runs.map((run) => caseOf(name, run)) };
}

function caseOf(campaign: string, run: CampaignRun): Case {
  const outcome = outcomeOf(run);
  const messages = { environment: run.environment, skipped: run.skipped };
  return {
    group: `${campaign}.${run.workload}`,
    name: `${run.schedule}, seed ${run.seed}`,
    outcome,
    anomaly: anomalyClassOf(run),
    message: (outcome in messages ? messages[outcome as "skipped"] : undefined) ?? run.sentence,
    durationMs: run.durationMs,
    properties: { seed: String(run.seed), runDir: run.runDir ?? "" },
    report: run.runDir === null ? null : `${run.runDir}/report.html`,
  };
}
