import { facts, headline } from "./campaign/headline.ts";
import type { CampaignData } from "./campaign/page-data.ts";
import { type ManyPage, renderMany } from "./campaign/render-many.ts";
import { campaignVerdict } from "./campaign.ts";
import { escapeHtml } from "./html.ts";
import { verdictMarks } from "./verdict-mark.ts";

/** The page of a campaign, one file. The verdict and the counts stand in its markup. */
export function renderCampaignPage(data: Omit<CampaignData, "kind">): Promise<ManyPage> {
  const { result } = data;
  const verdict = campaignVerdict(result);
  const lines = facts(result)
    .map((line) => `<li>${escapeHtml(line)}</li>`)
    .join("");
  return renderMany({
    title: `${verdict}: campaign ${result.name}`,
    header: `<header class="verdict ${verdict}">
<p class="badge">
<span class="mark" aria-hidden="true">${verdictMarks[verdict]}</span> <span class="word">${verdict}</span></p>
<h1>${escapeHtml(headline(result))}</h1>
<ul class="facts">${lines}</ul>
</header>`,
    data: { kind: "campaign", ...data },
  });
}
