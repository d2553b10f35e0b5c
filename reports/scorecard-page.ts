import { formatCount, plural } from "./describe.ts";
import { renderDocument } from "./document.ts";
import { escapeHtml } from "./html.ts";
import type { BugScore, Scorecard } from "./scorecard.ts";
import { verdictMarks } from "./verdict-mark.ts";

/** The scorecard as a page: how many bugs are caught, then each bug by family, then the correct build. */
export function renderScorecardPage(card: Scorecard): string {
  const verdict = card.correct.falseAlarms === 0 ? "valid" : "invalid";
  return renderDocument({
    title: `${card.caughtBugs} of ${card.totalBugs}: scorecard`,
    styles: ["theme.css", "campaign.css", "scorecard.css"],
    body: `<header class="verdict ${verdict}">
<p class="badge">
<span class="mark" aria-hidden="true">${verdictMarks[verdict]}</span> scorecard</p>
<h1>${escapeHtml(headline(card))}</h1>
<ul class="facts">${facts(card)
      .map((line) => `<li>${escapeHtml(line)}</li>`)
      .join("")}</ul>
</header>
<main>
${families(card)}
${ablation(card)}
</main>`,
  });
}

/** The table of the README: one row a bug, worst first within its family. */
export function scorecardMarkdown(card: Scorecard): string {
  const rows = card.bugs.map((bug) => {
    const by = Object.keys(bug.caughtBy).join(", ");
    const name = bug.guided === undefined ? bug.id : `${bug.id} (guided)`;
    return `| ${name} | ${bug.family} | ${bug.breaks} | ${caughtText(bug)} | ${secondsText(bug)} | ${by} |`;
  });
  return `${headline(card)} Measured ${card.measuredAt.slice(0, 10)} at ${card.commit}, ${card.driver} driver, ${card.budgetSeconds} s of one core a bug.

| bug | family | what it breaks | caught | seconds to catch | by |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
}

/** Of a card that was interrupted. */
export function partialSentence({ bugs, totalBugs }: Scorecard): string {
  return `Interrupted, so only a part: ${bugs.length} of ${plural(totalBugs, "bug")} were played, not each as often as was asked.`;
}

function headline(card: Scorecard): string {
  const { caughtBugs, totalBugs, correct } = card;
  const partial = card.interrupted === true ? `${partialSentence(card)} ` : "";
  const alarms =
    correct.falseAlarms === 0 ? "no false alarm" : plural(correct.falseAlarms, "false alarm");
  return `${partial}${caughtBugs} of ${totalBugs} planted bugs caught; ${alarms} in ${plural(correct.runs, "run")} of the correct build.`;
}

function facts(card: Scorecard): string[] {
  const runs = card.bugs.reduce((sum, bug) => sum + bug.runs, 0);
  return [
    `${formatCount(runs)} runs of planted bugs`,
    `${card.driver} driver, ${card.budgetSeconds} s of one core a bug`,
    `correct build: ${card.correct.vacuous} vacuous, ${card.correct.unknown} unknown`,
    card.measuredAt.replace("T", " ").replace(/\.\d+Z$/, " UTC"),
    card.commit,
  ];
}

function families(card: Scorecard): string {
  const names = [...new Set(card.bugs.map(({ family }) => family))];
  return names
    .map((family) => {
      const rows = card.bugs.filter((bug) => bug.family === family).map(row);
      const id = `family-${escapeHtml(family)}`;
      return `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(family)}</h2><div class="scroll"><table class="scorecard">
<thead><tr><th>Bug</th><th>What it breaks</th><th>Caught</th><th class="bar">Rate, with its 95 % interval</th><th>Seconds to catch</th><th>By</th><th>Witness</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div></section>`;
    })
    .join("\n");
}

function row(bug: BugScore): string {
  const verdict = bug.caught > 0 ? "valid" : bug.guided === undefined ? "invalid" : "unknown";
  const mark = bug.caught > 0 ? "✓" : bug.guided === undefined ? "✕" : "guided";
  const by = Object.entries(bug.caughtBy).map(([name, count]) => `${name} ${count}`);
  const witness = bug.witness === null ? "–" : bug.witness ? "✓ shows it" : "✕ does not";
  const cheapest =
    bug.cheapest === null
      ? (bug.guided ?? "")
      : `cheapest: ${bug.cheapest.workload}, seed ${bug.cheapest.seed}, ${faultsText(bug.cheapest.faults)}`;
  return `<tr><th scope="row" class="${verdict}">${mark} ${escapeHtml(bug.id)}</th><td>${escapeHtml(
    bug.breaks,
  )}<br><small>${escapeHtml(cheapest)}</small></td><td class="number">${escapeHtml(
    caughtText(bug),
  )}</td><td class="bar">${bar(bug)}</td><td class="number">${secondsText(
    bug,
  )}</td><td>${escapeHtml(by.join(", "))}</td><td>${witness}</td></tr>`;
}

/** The interval as a line and the rate as a dot on it, from 0 to 1. */
function bar({ rate, interval: [low, high] }: BugScore): string {
  const x = (share: number): string => (share * 200 + 4).toFixed(1);
  const label = `${percent(rate)}, between ${percent(low)} and ${percent(high)}`;
  return `<svg width="208" height="14" role="img" aria-label="${label}"><title>${label}</title><line x1="4" x2="204" y1="7" y2="7" class="scale"/><line x1="${x(low)}" x2="${x(high)}" y1="7" y2="7" class="interval"/><circle cx="${x(rate)}" cy="7" r="4"/></svg>`;
}

function ablation({ ablation: lines }: Scorecard): string {
  if (lines === undefined) return "";
  const rows = lines.map(
    ({ without, lost }) =>
      `<tr><th scope="row">${escapeHtml(without)}</th><td>${escapeHtml(lost.join(", ") || "nothing")}</td></tr>`,
  );
  return `<section aria-labelledby="ablation"><h2 id="ablation">Without a family of faults</h2><div class="scroll"><table>
<thead><tr><th>Left out</th><th>No longer caught</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div></section>`;
}

function caughtText({ caught, runs }: BugScore): string {
  return `${formatCount(caught)} of ${formatCount(runs)}`;
}

function secondsText({ medianSecondsToCatch: seconds }: BugScore): string {
  if (seconds === null) return "–";
  return seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(0);
}

function faultsText(faults: Readonly<Record<string, number>>): string {
  const parts = Object.entries(faults).map(([kind, count]) => `${count} ${kind}`);
  return parts.join(", ") || "no fault";
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
