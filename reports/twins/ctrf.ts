import type { Outcome } from "../campaign.ts";
import type { Case, Suite } from "./suite.ts";

const statuses = {
  valid: "passed",
  invalid: "failed",
  unknown: "other",
  vacuous: "other",
  environment: "other",
  skipped: "skipped",
} as const satisfies Record<Outcome, string>;

/**
 * Common Test Report Format 1.0 (https://ctrf.io), one test a run. What proved nothing is `other`,
 * never `passed`; a suite without runs holds one such test.
 */
export function formatCtrf(suite: Suite): string {
  const start = Date.parse(suite.startedAt);
  const duration = Math.round(suite.durationMs);
  const ran = suite.cases.filter(({ outcome }) => outcome !== "skipped");
  const cases = ran.length === 0 ? [...suite.cases, nothingRan(suite)] : suite.cases;
  const count = (status: string) =>
    cases.filter(({ outcome }) => statuses[outcome] === status).length;
  const report = {
    reportFormat: "CTRF",
    specVersion: "0.0.0",
    generatedBy: "whitewater",
    timestamp: new Date(start + duration).toISOString(),
    results: {
      tool: { name: "whitewater" },
      summary: {
        tests: cases.length,
        passed: count("passed"),
        failed: count("failed"),
        pending: 0,
        skipped: count("skipped"),
        other: count("other"),
        start,
        stop: start + duration,
        duration,
      },
      tests: cases.map(testOf),
    },
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function testOf({ group, name, outcome, anomaly, message, ...rest }: Case) {
  const { durationMs, properties, report } = rest;
  return {
    name,
    suite: [group],
    status: statuses[outcome],
    rawStatus: outcome,
    ...(anomaly === null ? {} : { tags: [anomaly] }),
    duration: Math.round(durationMs),
    message,
    ...(report === null
      ? {}
      : { attachments: [{ name: "report", contentType: "text/html", path: report }] }),
    extra: properties,
  };
}

function nothingRan({ name }: Suite): Case {
  const none = { anomaly: null, durationMs: 0, properties: {}, report: null };
  return {
    ...none,
    group: name,
    name: "at least one run",
    outcome: "vacuous",
    message: "nothing ran",
  };
}
