import { classes } from "../anomaly/classes.ts";
import { escapeHtml } from "../html.ts";
import type { Case, Suite } from "./suite.ts";

/**
 * JUnit XML for CI: one testcase a run. `invalid` is a failure, its type the class of anomaly; `unknown`, `vacuous` and a failed
 * environment are errors; a suite in which nothing ran has one error, so that it is never green.
 */
export function formatJUnit({ name, startedAt, durationMs, cases }: Suite): string {
  const count = (outcome: Case["outcome"]) => cases.filter((one) => one.outcome === outcome).length;
  const skipped = count("skipped");
  const nothing = skipped === cases.length ? 1 : 0;
  const counts = attributes({
    name,
    tests: String(cases.length + nothing),
    failures: String(count("invalid")),
    errors: String(cases.length - count("invalid") - count("valid") - skipped + nothing),
    skipped: String(skipped),
    time: seconds(durationMs),
  });
  const elements = cases.map(testcase);
  if (nothing === 1) elements.push(nothingRan(name));
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites${counts}>
<testsuite${counts}${attributes({ timestamp: startedAt })}>
${elements.join("\n")}
</testsuite>
</testsuites>
`;
}

function testcase(one: Case): string {
  const opening = attributes({
    classname: one.group,
    name: one.name,
    time: seconds(one.durationMs),
  });
  const body = [properties(one), finding(one)].filter((part) => part !== "").join("\n");
  return `<testcase${opening}>\n${body}\n</testcase>`;
}

function properties({ properties: entries }: Case): string {
  const elements = Object.entries(entries).map(
    ([name, value]) => `<property${attributes({ name, value })}/>`,
  );
  return `<properties>${elements.join("")}</properties>`;
}

function finding({ outcome, anomaly, message, report }: Case): string {
  if (outcome === "valid") return "";
  if (outcome === "skipped") return `<skipped${attributes({ message })}/>`;
  const element = outcome === "invalid" ? "failure" : "error";
  const where = report === null ? "" : `\nreport: ${report}`;
  const opening = attributes({ message, type: anomaly ?? outcome });
  const named = anomaly === null ? message : `${classes[anomaly].title}: ${message}`;
  return `<${element}${opening}>${escapeXml(named + where)}</${element}>`;
}

function nothingRan(suite: string): string {
  const message = "nothing ran";
  return `<testcase${attributes({ classname: suite, name: "at least one run", time: "0.000" })}>
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
