import { type CampaignResult, type CampaignRun, outcomeOf } from "./campaign.ts";
import { escapeHtml } from "./html.ts";

/**
 * JUnit XML for CI: one testcase a run. `invalid` is a failure; `unknown`, `vacuous` and a failed
 * environment are errors; a campaign without runs is an error too, never an empty green suite.
 */
export function formatJUnit(result: CampaignResult): string {
  const outcomes = result.runs.map(outcomeOf);
  const failures = outcomes.filter((outcome) => outcome === "invalid").length;
  const skipped = outcomes.filter((outcome) => outcome === "skipped").length;
  const valid = outcomes.filter((outcome) => outcome === "valid").length;
  const isEmpty = skipped === outcomes.length;
  const errors = outcomes.length - failures - skipped - valid + (isEmpty ? 1 : 0);
  const counts = attributes({
    name: result.name,
    tests: String(outcomes.length + (isEmpty ? 1 : 0)),
    failures: String(failures),
    errors: String(errors),
    skipped: String(skipped),
    time: seconds(result.durationMs),
  });
  const cases = result.runs.map((run) => testcase(result.name, run));
  if (isEmpty) cases.push(nothingRan(result.name));
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites${counts}>
<testsuite${counts}${attributes({ timestamp: result.startedAt })}>
${cases.join("\n")}
</testsuite>
</testsuites>
`;
}

function testcase(campaign: string, run: CampaignRun): string {
  const opening = attributes({
    classname: `${campaign}.${run.workload}`,
    name: `${run.schedule}, seed ${run.seed}`,
    time: seconds(run.durationMs),
  });
  const body = [seedProperty(run), finding(run)].filter((part) => part !== "").join("\n");
  return `<testcase${opening}>\n${body}\n</testcase>`;
}

function seedProperty(run: CampaignRun): string {
  const entries = Object.entries({ seed: String(run.seed), runDir: run.runDir ?? "" });
  const properties = entries.map(([name, value]) => `<property${attributes({ name, value })}/>`);
  return `<properties>${properties.join("")}</properties>`;
}

function finding(run: CampaignRun): string {
  const outcome = outcomeOf(run);
  if (outcome === "valid") return "";
  if (outcome === "skipped") return `<skipped${attributes({ message: run.skipped ?? "" })}/>`;
  const element = outcome === "invalid" ? "failure" : "error";
  const message = outcome === "environment" ? (run.environment ?? "") : run.sentence;
  const report = run.runDir === null ? "" : `\nreport: ${run.runDir}/report.html`;
  const opening = attributes({ message, type: outcome });
  return `<${element}${opening}>${escapeXml(message + report)}</${element}>`;
}

function nothingRan(campaign: string): string {
  const message = "the campaign ran nothing";
  return `<testcase${attributes({ classname: campaign, name: "at least one run", time: "0.000" })}>
<error${attributes({ message, type: "vacuous" })}>${message}</error>
</testcase>`;
}

function attributes(values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(values);
  return pairs
    .map(([name, value]) => ` ${name}="${escapeXml(value).replace(/\s/g, " ")}"`)
    .join("");
}

/** XML 1.0 has no way to write most control characters, nor half a surrogate pair. */
function escapeXml(text: string): string {
  return escapeHtml([...text].filter(isXmlCharacter).join(""));
}

function isXmlCharacter(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}
