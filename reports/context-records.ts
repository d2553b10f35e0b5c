import type { Anomaly } from "porcupine-ts";
import { formatValue } from "./describe.ts";
import type { FaultBand } from "./fault-bands.ts";
import type { CheckerResult, TraceLine } from "./result.ts";

/** One record of a node's trace, of those that led to a broken invariant; or a fault among them. */
export type ContextRecord = {
  readonly at: number;
  readonly node: string;
  readonly kind: string;
  /** Its other fields in a few words. */
  readonly text: string;
};

const fieldMax = 60;
const recordsMax = 10;
/** Kinds that tell of elections, restarts and what was cut off: worth a line at any node. */
const turns: ReadonlySet<string> = new Set([
  "role",
  "vote",
  "start",
  "truncate",
  "snapshot",
  "config",
]);

/**
 * What a check keeps as `context` among its figures: `{ node, timeNs, record: { kind, ... } }` each,
 * the last one is what broke the invariant. Of them the latest ten that bear on it: of the nodes it names
 * (`nodes`), of the same index elsewhere, and turns of any node. Nothing where it keeps nothing of that form.
 */
export function contextRecords(
  { stats }: Pick<CheckerResult, "stats">,
  nodes: readonly string[],
): ContextRecord[] {
  const context = stats?.["context"];
  if (!Array.isArray(context)) return [];
  const broke = fieldsOf(fieldsOf(context.at(-1))["record"]);
  const bears = context.filter((observed: unknown) => {
    const { node, record } = fieldsOf(observed);
    const { kind, index } = fieldsOf(record);
    const isNamed = typeof node === "string" && nodes.includes(node);
    return isNamed || turns.has(String(kind)) || (index !== undefined && index === broke["index"]);
  });
  return bears.slice(-recordsMax).flatMap((observed: unknown) => {
    const { node, timeNs, record } = fieldsOf(observed);
    const { kind, ...rest } = fieldsOf(record);
    if (typeof node !== "string" || typeof timeNs !== "number" || typeof kind !== "string") {
      return [];
    }
    return [{ at: timeNs, node, kind, text: textOf(rest) }];
  });
}

/**
 * What nodes recorded up to an anomaly that was seen inside of them, with the faults that were done to
 * the nodes it names meanwhile, in the order of time; the last one is what showed it. Nothing of any but the
 * first anomaly of a check, and of what clients saw.
 */
export function recordsUpTo(
  check: CheckerResult,
  anomaly: Anomaly,
  {
    bands,
    traces,
  }: {
    readonly bands: readonly FaultBand[];
    readonly traces: Readonly<Record<string, readonly TraceLine[]>>;
  },
): ContextRecord[] {
  if (check.anomalies[0] !== anomaly) return [];
  const { nodes = [], time = 0, observed = "" } = anomaly;
  const [node = ""] = nodes;
  const records =
    anomaly.kind === "gave-up"
      ? [
          ...turnsBefore(node, traces[node] ?? [], time),
          { at: time, node, kind: "exit", text: observed.replace(`${node} ended by itself: `, "") },
        ]
      : contextRecords(check, nodes);
  const last = records.at(-1);
  if (last === undefined) return [];
  const from = Math.min(...records.map(({ at }) => at));
  const faults = faultRecords(nodes, { from, to: last.at }, bands);
  return [...[...records.slice(0, -1), ...faults].sort((a, b) => a.at - b.at), last];
}

const turnsMax = 4;

/** What a node last became. */
function turnsBefore(node: string, lines: readonly TraceLine[], time: number): ContextRecord[] {
  return lines
    .filter(({ kind, mono }) => turns.has(kind) && mono <= time)
    .slice(-turnsMax)
    .map(({ kind, mono, ...rest }) => ({ at: mono, node, kind, text: textOf(rest) }));
}

const faultsMax = 6;

/** Beginnings and ends of what was done to the nodes; of what had begun before, the latest that took it down. */
function faultRecords(
  nodes: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
  bands: readonly FaultBand[],
): ContextRecord[] {
  const onNodes = bands.filter(
    ({ touched, effective }) =>
      effective !== false && touched.some(({ node }) => nodes.includes(node)),
  );
  const down = onNodes.filter(
    (band) => band.from <= to && band.touched.some(({ state }) => state === "down"),
  );
  const near = onNodes.filter((band) => band.from <= to && band.to >= from);
  const shown = [...new Set([...near, ...down.slice(-1)])];
  const records = shown.flatMap((band) => {
    const on = band.touched.filter(({ node }) => nodes.includes(node));
    const node = on.map((effect) => effect.node).join(", ");
    const clause = on[0]?.clause.replace(/^(?:was|had) /, "") ?? "";
    const begin = { at: band.from, node, kind: "fault", text: `${band.label}: ${clause}` };
    const end = { at: band.to, node, kind: "fault", text: `${band.label}: over` };
    return [begin, end].filter(({ at }) => at <= to);
  });
  return records.sort((a, b) => a.at - b.at).slice(-faultsMax);
}

/** With what a line is stamped, told elsewhere. */
const stamps: ReadonlySet<string> = new Set(["mono", "wall", "node", "inc", "seq"]);

function textOf(fields: Readonly<Record<string, unknown>>): string {
  const told = Object.entries(fields).filter(
    // That nobody was voted for is news; that nobody is known to lead is not.
    ([name, value]) =>
      value !== undefined && (value !== null || name === "votedFor") && !stamps.has(name),
  );
  return told
    .map(([name, value]) => `${name} ${value === null ? "none" : shortened(value)}`)
    .join(", ");
}

function shortened(value: unknown): string {
  const text = formatValue(value);
  return text.length <= fieldMax ? text : `${text.slice(0, fieldMax - 1)}…`;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
