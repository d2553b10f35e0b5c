import { type CampaignResult, outcomeOf, outcomes } from "../campaign.ts";
import { formatCount, plural } from "../describe.ts";

/** `Campaign nightly: 12 runs, 10 valid, 2 invalid.` */
export function headline({ name, runs }: Pick<CampaignResult, "name" | "runs">): string {
  if (runs.length === 0) return `Campaign ${name} has run nothing.`;
  const all = runs.map(outcomeOf);
  const parts = outcomes.flatMap((outcome) => {
    const count = all.filter((one) => one === outcome).length;
    return count === 0 ? [] : [`${formatCount(count)} ${outcome}`];
  });
  return `Campaign ${name}: ${plural(runs.length, "run")}, ${parts.join(", ")}.`;
}

/** Beside the headline, one line each; `durationMs` as it is by now, of a campaign that goes on. */
export function facts({
  runs,
  durationMs,
  startedAt,
}: Pick<CampaignResult, "runs" | "durationMs" | "startedAt">): string[] {
  const operations = runs.reduce((sum, { operations: { ok, fail, info } }) => {
    return sum + ok + fail + info;
  }, 0);
  const drivers = [...new Set(runs.flatMap(({ driver }) => driver ?? []))];
  return [
    `${formatCount(operations)} operations`,
    `${(durationMs / 60_000).toFixed(1)} minutes`,
    ...(drivers.length === 0 ? [] : [`driver ${drivers.join(", ")}`]),
    startedAt.replace("T", " ").replace(/\.\d+Z$/, " UTC"),
  ];
}
