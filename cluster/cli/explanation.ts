import type { Anomaly, CheckResult, OpenOperation, Progress } from "porcupine-ts";
import { plural } from "../../reports/describe.ts";

/** What `check --explain` prints below the verdict: why, line by line. */
export function explanationOf({ anomalies, progress }: CheckResult): string[] {
  if (progress !== undefined) return progressLines(progress);
  return anomalies.flatMap((anomaly) => anomalyLines(anomaly));
}

function anomalyLines({ reason, core = [], isMinimal, expected, observed }: Anomaly): string[] {
  const why = reason === undefined ? [] : ["", `  ${reason}.`];
  if (core.length === 0) {
    return [...why, ...labelled("expected", expected), ...labelled("observed", observed)];
  }
  const title = isMinimal === true ? "minimal core" : "core, perhaps not minimal";
  const count = plural(core.length, "operation");
  return [
    ...why,
    "",
    `  ${title}: ${count} without an order, even if every other read is left out and every other`,
    "  mutation takes effect at any time after its call, or never",
    ...core.flatMap(({ index, call, return: end, observed: seen, expected: due }) => [
      "",
      `  index ${index}, from position ${call} to ${end ?? "the end"}`,
      ...labelled("observed", seen),
      ...labelled("expected", due),
    ]),
  ];
}

function labelled(label: string, text: string | undefined): string[] {
  return text === undefined ? [] : [`    ${label}  ${text}`];
}

function progressLines({ due, open, openCount }: Progress): string[] {
  if (due === null) return [];
  const more = openCount - open.length;
  const tell = ({ index, text }: OpenOperation): string => `op ${index} (${text})`;
  return [
    "",
    `  next by return  ${tell(due)}`,
    ...open.map((operation) => `  open there      ${tell(operation)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
