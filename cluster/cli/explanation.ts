import type { Anomaly, CheckResult } from "porcupine-ts";

/** What `check --explain` prints below the verdict: why, line by line. */
export function explanationOf({ verdict, anomalies, stats = {} }: CheckResult): string[] {
  if (verdict === "unknown") return stuckLines(stats["stuck"]);
  return anomalies.flatMap((anomaly) => anomalyLines(anomaly));
}

function anomalyLines({ reason, core = [], isMinimal, expected, observed }: Anomaly): string[] {
  const why = reason === undefined ? [] : ["", `  ${reason}.`];
  if (core.length === 0) {
    return [...why, ...labelled("expected", expected), ...labelled("observed", observed)];
  }
  const title = isMinimal === true ? "minimal core" : "core, perhaps not minimal";
  const count = core.length === 1 ? "1 operation" : `${core.length} operations`;
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

function stuckLines(stuck: unknown): string[] {
  if (typeof stuck !== "object" || stuck === null) return [];
  const { due, underWay, underWayCount } = stuck as Readonly<Record<string, unknown>>;
  if (typeof due !== "string" || !Array.isArray(underWay)) return [];
  const more = Number(underWayCount) - underWay.length;
  return [
    "",
    `  next by return  ${due}`,
    ...underWay.map((operation) => `  open there      ${operation}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
