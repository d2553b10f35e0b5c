import { classes } from "../anomaly/classes.ts";
import { type CampaignResult, campaignVerdict, type Outcome } from "../campaign.ts";
import { plural } from "../describe.ts";
import { verdictMarks } from "../verdict-mark.ts";
import { type Block, compose, heading, paragraph, table, text } from "./markdown.ts";
import { type Case, suiteOfCampaign } from "./suite.ts";

const sentenceMax = 300;
const worstFirst = ["invalid", "environment", "unknown", "vacuous", "skipped"] as const;
const marks = { ...verdictMarks, environment: "!", skipped: "–" } satisfies Record<Outcome, string>;

/** `report.md` of a campaign: figures, then every run that was not valid, within `bytesMax` bytes. */
export function formatCampaignMarkdown(campaign: CampaignResult, bytesMax = 60_000): string {
  const { cases } = suiteOfCampaign(campaign);
  const verdict = campaignVerdict(campaign);
  const count = (outcome: Outcome) => cases.filter((one) => one.outcome === outcome).length;
  const counted = [...worstFirst, "valid" as const]
    .filter((outcome) => count(outcome) > 0)
    .map((outcome) => `${count(outcome)} ${marks[outcome]} ${outcome}`);
  const head: Block[] = [
    heading(1, text(`${verdictMarks[verdict]} ${verdict}: campaign ${campaign.name}`)),
    paragraph(
      text(`${plural(cases.length, "run")} in ${Math.round(campaign.durationMs / 1000)} s`),
      text(counted.length === 0 ? "" : `: ${counted.join(", ")}.`),
    ),
  ];
  return compose([head, ...worstFirst.flatMap((outcome) => group(outcome, cases))], {
    bytesMax,
    leftOut: "The rest had no room here: see index.html.",
  });
}

/** In parts of 50 runs, so that what has room is shown. */
function group(outcome: Outcome, cases: readonly Case[]): Block[][] {
  const found = cases.filter((one) => one.outcome === outcome);
  const parts: Block[][] = [];
  const isNamed = outcome === "invalid";
  const head = ["workload", "run", ...(isNamed ? ["anomaly"] : []), "sentence"];
  for (let at = 0; at < found.length; at += 50) {
    const rows = found.slice(at, at + 50).map(({ group: name, name: run, anomaly, message }) => {
      const title = anomaly === null ? "–" : classes[anomaly].title;
      return [name, run, ...(isNamed ? [title] : []), message.slice(0, sentenceMax)];
    });
    const title = at === 0 ? [heading(2, text(`${marks[outcome]} ${outcome}`))] : [];
    parts.push([...title, table([head, ...rows].map((row) => row.map(text)))]);
  }
  return parts;
}
