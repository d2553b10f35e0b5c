import {
  type CampaignResult,
  type CampaignRun,
  campaignVerdict,
  type Outcome,
  outcomeOf,
} from "./campaign.ts";
import { formatCount, plural } from "./describe.ts";
import { renderDocument } from "./document.ts";
import { escapeHtml } from "./html.ts";
import { verdictMarks } from "./verdict-mark.ts";

const outcomeMarks: Readonly<Record<Outcome, string>> = {
  ...verdictMarks,
  environment: "!",
  skipped: "–",
};
const worstFirst: readonly Outcome[] = ["invalid", "environment", "unknown", "vacuous", "skipped"];

/** The index of a campaign: what needs a look first, then workloads by schedules. One file. */
export function renderCampaignPage(result: CampaignResult): string {
  const verdict = campaignVerdict(result);
  const title = `${verdict}: campaign ${result.name}`;
  return renderDocument({
    title,
    styles: ["theme.css", "campaign.css"],
    body: `<header class="verdict ${verdict}">
<p class="badge">
<span class="mark" aria-hidden="true">${verdictMarks[verdict]}</span> ${verdict}</p>
<h1>${escapeHtml(headline(result))}</h1>
<ul class="facts">${facts(result)}</ul>
</header>
<main>
${toLookAt(result)}
${grid(result)}
</main>`,
  });
}

function headline(result: CampaignResult): string {
  if (result.runs.length === 0) return `Campaign ${result.name} ran nothing.`;
  const counts = new Map<Outcome, number>();
  for (const outcome of result.runs.map(outcomeOf)) {
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  const order: readonly Outcome[] = ["valid", ...worstFirst];
  const parts = order.flatMap((outcome) => {
    const count = counts.get(outcome);
    return count === undefined ? [] : [`${formatCount(count)} ${outcome}`];
  });
  return `Campaign ${result.name}: ${plural(result.runs.length, "run")}, ${parts.join(", ")}.`;
}

function facts(result: CampaignResult): string {
  const operations = result.runs.reduce((sum, run) => sum + operationCount(run), 0);
  const lines = [
    `${formatCount(operations)} operations`,
    `${(result.durationMs / 60_000).toFixed(1)} minutes`,
    result.startedAt.replace("T", " ").replace(/\.\d+Z$/, " UTC"),
  ];
  return lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("");
}

function operationCount({ operations }: CampaignRun): number {
  return operations.ok + operations.fail + operations.info;
}

function toLookAt({ runs }: CampaignResult): string {
  const ranked = worstFirst.flatMap((outcome) => runs.filter((run) => outcomeOf(run) === outcome));
  if (ranked.length === 0) return "";
  const rows = ranked.map((run) => {
    const outcome = outcomeOf(run);
    const reason = run.skipped ?? (outcome === "environment" ? run.environment : run.sentence);
    return `<tr><td>${chip(run)}</td><th scope="row">${escapeHtml(run.workload)}</th><td>${escapeHtml(
      run.schedule,
    )}</td><td>${escapeHtml(reason ?? "")}</td></tr>`;
  });
  return `<section aria-labelledby="look"><h2 id="look">To look at</h2><div class="scroll"><table>
<thead><tr><th>Run</th><th>Workload</th><th>Schedule</th><th>What happened</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div></section>`;
}

function grid({ runs }: CampaignResult): string {
  const workloads = [...new Set(runs.map(({ workload }) => workload))];
  const schedules = [...new Set(runs.map(({ schedule }) => schedule))];
  const rows = workloads.map((workload) => {
    const cells = schedules.map((schedule) => {
      const chips = runs
        .filter((run) => run.workload === workload && run.schedule === schedule)
        .map(chip);
      return `<td><div class="runs">${chips.join(" ")}</div></td>`;
    });
    return `<tr><th scope="row">${escapeHtml(workload)}</th>${cells.join("")}</tr>`;
  });
  const heads = schedules.map((schedule) => `<th scope="col">${escapeHtml(schedule)}</th>`);
  return `<section aria-labelledby="grid"><h2 id="grid">Workloads by schedules</h2>
<div class="scroll"><table class="grid">
<thead><tr><th></th>${heads.join("")}</tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div></section>`;
}

/** Verdict and seed of one run, linked to its report. */
function chip(run: CampaignRun): string {
  const outcome = outcomeOf(run);
  const mark = `<span aria-hidden="true">${outcomeMarks[outcome]}</span>`;
  const text = `${mark} <span class="word">${outcome}</span> ${run.seed}`;
  const common = `class="chip ${outcome}" title="${escapeHtml(run.skipped ?? run.sentence)}"`;
  if (run.runDir === null) return `<span ${common}>${text}</span>`;
  const path = run.runDir.split("/").map(encodeURIComponent).join("/");
  return `<a ${common} href="./${escapeHtml(path)}/report.html">${text}</a>`;
}
