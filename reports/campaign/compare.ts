import { classes } from "../anomaly/classes.ts";
import { type CampaignRun, outcomeOf } from "../campaign.ts";
import { formatCount } from "../describe.ts";
import { anomalyClassOf, subjectName } from "./cells.ts";

/** Two runs side by side. */
export type Comparison = { readonly groups: readonly ComparedGroup[] };

export type ComparedGroup = { readonly title: string; readonly rows: readonly ComparedRow[] };

export type ComparedRow = {
  readonly name: string;
  /** Null where the run does not tell. */
  readonly left: string | null;
  readonly right: string | null;
  readonly differs: boolean;
  /** How much more the right one has, where both are numbers: `1.24` is 24 % more. */
  readonly ratio: number | null;
};

type Pick2 = (run: CampaignRun) => string | number | null | undefined;

/** Everything that two runs can be told apart by. */
export function compareRuns(left: CampaignRun, right: CampaignRun): Comparison {
  const row = (name: string, pick: Pick2): ComparedRow => compared(name, pick(left), pick(right));
  const each = (
    pick: (run: CampaignRun) => Readonly<Record<string, string | number | boolean>>,
  ) => {
    const names = [...new Set([left, right].flatMap((run) => Object.keys(pick(run))))];
    return names.map((name) => row(name, (run) => textOf(pick(run)[name])));
  };
  return {
    groups: [
      {
        title: "What was run",
        rows: [
          row("verdict", outcomeOf),
          row("anomaly", titleOf),
          row("sentence", ({ sentence, skipped }) => skipped ?? sentence),
          row("signature", ({ digest }) => digest?.signatures.map(({ text }) => text).join("\n")),
          row("workload", ({ workload }) => workload),
          row("schedule", ({ schedule }) => schedule),
          row("subject", ({ subject = "–", bug = null }) => subjectName({ subject, bug })),
          row("driver", ({ driver }) => driver),
          row("nodes", ({ digest }) => digest?.nodes.join(" ")),
          row("seed", ({ seed }) => String(seed)),
          row("started", ({ startedAt }) => startedAt),
        ],
      },
      { title: "Figures", rows: figureRows(row) },
      { title: "Faults that took effect", rows: each(effectiveFaults) },
      { title: "Checks", rows: each(checkVerdicts) },
      { title: "Options", rows: each(({ digest }) => digest?.options ?? {}) },
      { title: "Provenance", rows: each(({ digest }) => digest?.provenance ?? {}) },
    ].filter(({ rows }) => rows.length > 0),
  };
}

function titleOf(run: CampaignRun): string | null {
  const found = anomalyClassOf(run);
  return found === null ? null : classes[found].title;
}

function figureRows(row: (name: string, pick: Pick2) => ComparedRow): ComparedRow[] {
  const latency = (name: "p50" | "p90" | "p99" | "max") =>
    row(`latency ${name}, ms`, ({ digest }) => digest?.latencyMs?.[name]);
  return [
    row("operations ok", ({ operations }) => operations.ok),
    row("operations failed", ({ operations }) => operations.fail),
    row("operations unknown", ({ operations }) => operations.info),
    row("duration, s", ({ durationMs }) => durationMs / 1000),
    latency("p50"),
    latency("p90"),
    latency("p99"),
    latency("max"),
    row("ok per second, slowest tenth", ({ digest }) => digest?.okPerSecond?.p10),
    row("ok per second, median", ({ digest }) => digest?.okPerSecond?.p50),
    row("ok per second, most", ({ digest }) => digest?.okPerSecond?.max),
  ];
}

function effectiveFaults({ digest }: CampaignRun): Record<string, number> {
  const faults = Object.entries(digest?.faults ?? {});
  return Object.fromEntries(faults.map(([fault, { effective }]) => [fault, effective]));
}

function checkVerdicts({ digest }: CampaignRun): Record<string, string> {
  return Object.fromEntries(
    (digest?.checks ?? []).map(({ checker, verdict, summary }) => [
      checker,
      `${verdict}: ${summary}`,
    ]),
  );
}

function textOf(value: string | number | boolean | undefined): string | number | undefined {
  return typeof value === "boolean" ? String(value) : value;
}

function compared(
  name: string,
  left: string | number | null | undefined,
  right: string | number | null | undefined,
): ComparedRow {
  const areNumbers = typeof left === "number" && typeof right === "number";
  return {
    name,
    left: shown(left),
    right: shown(right),
    differs: (left ?? null) !== (right ?? null),
    ratio: areNumbers && left > 0 && right !== left ? right / left : null,
  };
}

function shown(value: string | number | null | undefined): string | null {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "string") return value;
  return Number.isInteger(value) ? formatCount(value) : String(Number(value.toPrecision(4)));
}
