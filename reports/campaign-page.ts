import { headline } from "./campaign/headline.ts";
import type { CampaignData } from "./campaign/page-data.ts";
import { type ManyPage, renderMany } from "./campaign/render-many.ts";
import { type CampaignResult, campaignVerdict } from "./campaign.ts";
import { formatCount } from "./describe.ts";
import { escapeHtml } from "./html.ts";
import { verdictMarks } from "./verdict-mark.ts";

/** The page of a campaign, one file. The verdict and the counts stand in its markup. */
export function renderCampaignPage(data: Omit<CampaignData, "kind">): Promise<ManyPage> {
  const { result } = data;
  const verdict = campaignVerdict(result);
  return renderMany({
    title: `${verdict}: campaign ${result.name}`,
    header: `<header class="verdict ${verdict}">
<p class="badge">
<span class="mark" aria-hidden="true">${verdictMarks[verdict]}</span> <span class="word">${verdict}</span></p>
<h1>${escapeHtml(headline(result))}</h1>
<ul class="facts">${facts(result)}</ul>
</header>`,
    data: { kind: "campaign", ...data },
  });
}

function facts({ runs, durationMs, startedAt }: CampaignResult): string {
  const operations = runs.reduce((sum, { operations: { ok, fail, info } }) => {
    return sum + ok + fail + info;
  }, 0);
  const drivers = [...new Set(runs.flatMap(({ driver }) => driver ?? []))];
  const lines = [
    `${formatCount(operations)} operations`,
    `${(durationMs / 60_000).toFixed(1)} minutes`,
    ...(drivers.length === 0 ? [] : [`driver ${drivers.join(", ")}`]),
    startedAt.replace("T", " ").replace(/\.\d+Z$/, " UTC"),
  ];
  return lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("");
}
