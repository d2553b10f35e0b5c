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
