import { classes } from "../anomaly/classes.ts";
import type { Suite } from "./suite.ts";

// GitHub Actions: the summary of a step and annotations. Limits as its documentation gives them.

/** A step's summary above this many bytes is dropped whole. */
export const stepSummaryBytesMax: number = 1024 * 1024;
const annotationsMax = 10;
const messageMax = 1000;

/**
 * Workflow commands, one a line: errors for `invalid`, warnings for what proved nothing. At most ten
 * of a kind, which is all that is shown of a step; the last one counts the rest.
 */
export function annotations({ cases }: Suite): string[] {
  const errors = cases.filter(({ outcome }) => outcome === "invalid");
  const warnings = cases.filter(({ outcome }) =>
    ["unknown", "vacuous", "environment"].includes(outcome),
  );
  return [...commands("error", errors), ...commands("warning", warnings)];
}

function commands(kind: "error" | "warning", cases: Suite["cases"]): string[] {
  const shown = cases.length > annotationsMax ? cases.slice(0, annotationsMax - 1) : cases;
  const lines = shown.map(({ group, name, outcome, anomaly, message }) => {
    const found = anomaly === null ? outcome : classes[anomaly].title;
    return command(kind, `${found}: ${group}, ${name}`, message);
  });
  const rest = cases.length - shown.length;
  if (rest > 0) lines.push(command(kind, `${rest} more`, "The summary lists them all."));
  return lines;
}

function command(kind: string, title: string, message: string): string {
  return `::${kind} title=${escapeProperty(title)}::${escapeData(message.slice(0, messageMax))}`;
}

function escapeData(value: string): string {
  return value.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

function escapeProperty(value: string): string {
  return escapeData(value).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
