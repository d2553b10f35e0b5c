import type { Anomaly } from "porcupine-ts";
import type { Piece } from "./comparison.ts";
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
  /** The same field by field; those that contradict the record that broke the promise, or are contradicted, marked. */
  readonly pieces: readonly Piece[];
  /** It is what the last record contradicts. */
  readonly isAgainst: boolean;
};

/** A record before its part in the contradiction is known. */
export type TraceRecord = Omit<ContextRecord, "pieces" | "isAgainst">;

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
): TraceRecord[] {
  const context = stats?.["context"];
  if (!Array.isArray(context)) return [];
  const broke = fieldsOf(fieldsOf(context.at(-1))["record"]);
  const bears = context.filter((observed: unknown) => {
    const { node, record } = fieldsOf(observed);
    const { kind, index } = fieldsOf(record);
    const isNamed = typeof node === "string" && nodes.includes(node);
    return isNamed || turns.has(String(kind)) || (index !== undefined && index === broke["index"]);
  });
  const isSplit = context.some((observed: unknown) => {
    const { kind, index, hashes } = fieldsOf(fieldsOf(observed)["record"]);
    const isSame = kind === broke["kind"] && index === broke["index"];
    return isSame && JSON.stringify(hashes) !== JSON.stringify(broke["hashes"]);
  });
  return bears.slice(-recordsMax).flatMap((observed: unknown) => {
    const { index } = fieldsOf(fieldsOf(observed)["record"]);
    // Digests say nothing to a reader but where they are what differs.
    return recordOf(observed, isSplit && index === broke["index"]) ?? [];
  });
}

/** One that a check has kept, `{ node, timeNs, record: { kind, ... } }`; null for anything else. */
export function recordOf(observed: unknown, withHashes: boolean = false): TraceRecord | null {
  const { node, timeNs, record } = fieldsOf(observed);
  const { kind, hashes, ...others } = fieldsOf(record);
  if (typeof node !== "string" || typeof timeNs !== "number" || typeof kind !== "string") {
    return null;
  }
  return { at: timeNs, node, kind, text: textOf(withHashes ? { ...others, hashes } : others) };
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
    lines = {},
  }: {
    readonly bands: readonly FaultBand[];
    readonly traces: Readonly<Record<string, readonly TraceLine[]>>;
    /** All that was traced around the anomalies. */
    readonly lines?: Readonly<Record<string, readonly TraceLine[]>>;
  },
): ContextRecord[] {
  if (check.anomalies[0] !== anomaly) return [];
  const { nodes = [], time = 0, observed = "" } = anomaly;
  const [node = ""] = nodes;
  const records =
    anomaly.kind === "gave-up"
      ? [
          ...turnsBefore(node, { turning: traces[node] ?? [], all: lines[node] ?? [] }, time),
          {
            at: time,
            node,
            kind: "exit",
            text: observed.replace(/^\S+ ended by itself[^:]*: /, ""),
          },
        ]
      : contextRecords(check, nodes);
  const last = records.at(-1);
  if (last === undefined) return [];
  const from = Math.min(...records.map(({ at }) => at));
  const faults = faultRecords(nodes, { from, to: last.at }, bands);
  return marked([...[...records.slice(0, -1), ...faults].sort((a, b) => a.at - b.at), last]);
}

/** The record that the last one contradicts most lately, and the fields of both that do. */
function marked(records: readonly TraceRecord[]): ContextRecord[] {
  const last = records.at(-1);
  const earlier = records.slice(0, -1).reverse();
  const against = earlier.find(
    (record) => last !== undefined && contradiction(record, last).length > 0,
  );
  const names = last === undefined || against === undefined ? [] : contradiction(against, last);
  return records.map((record) => {
    const isOne = record === last || record === against;
    return {
      ...record,
      isAgainst: record === against,
      pieces: record.text.split(", ").map((text) => ({
        text,
        isDifferent: isOne && names.includes(text.split(" ")[0] ?? ""),
      })),
    };
  });
}

/** Names of the fields of an earlier record and of the last one that cannot both be. */
function contradiction(earlier: TraceRecord, last: TraceRecord): string[] {
  const [was, is] = [fieldsIn(earlier.text), fieldsIn(last.text)];
  const isSameNode = earlier.node === last.node && earlier.kind !== "fault";
  const isOtherVote =
    is.has("votedFor") && was.has("votedFor") && is.get("votedFor") !== was.get("votedFor");
  if (isSameNode && isOtherVote && is.get("term") === was.get("term")) return ["votedFor"];
  const commitIndex = Number(was.get("commitIndex") ?? Number.NaN);
  if (isSameNode && last.kind === "apply" && commitIndex < Number(is.get("index"))) {
    return ["commitIndex", "index"];
  }
  const [, lost] = /begins after index (\d+)/.exec(last.text) ?? [];
  const isOfIt = isSameNode && last.kind === "exit" && earlier.kind === "snapshot";
  // The log was cut beneath a snapshot that is not there.
  if (isOfIt && was.get("index") === lost) return ["index", "but"];
  const isSameTerm = earlier.kind === last.kind && is.get("term") === was.get("term");
  const lead = [was, is].every((fields) => fields.get("role") === "leader");
  return isSameTerm && lead && earlier.node !== last.node ? ["term", "role"] : [];
}

function fieldsIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(", ").map((field) => [field.split(" ")[0] ?? "", field.split(" ")[1] ?? ""]),
  );
}

const turnsMax = 4;

/** What a node last became, and the last that it traced. */
function turnsBefore(
  node: string,
  { turning, all }: Readonly<Record<"turning" | "all", readonly TraceLine[]>>,
  time: number,
): TraceRecord[] {
  const last = all.findLast(({ mono }) => mono <= time);
  const isOther = last !== undefined && !turns.has(last.kind) && last.kind !== "status";
  return [
    ...turning.filter(({ kind, mono }) => turns.has(kind) && mono <= time).slice(-turnsMax),
    ...(isOther ? [last] : []),
  ].map(({ kind, mono, hash, ...rest }) => ({ at: mono, node, kind, text: textOf(rest) }));
}

const faultsMax = 6;

/** Beginnings and ends of what was done to the nodes; of what had begun before, the latest that took it down. */
function faultRecords(
  nodes: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
  bands: readonly FaultBand[],
): TraceRecord[] {
  const onNodes = bands.filter(
    ({ touched, effective }) =>
      effective !== false &&
      touched.some((effect) => nodes.includes(effect.node) && isGrave(effect)),
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
    const begin = {
      at: on[0]?.from ?? band.from,
      node,
      kind: "fault",
      text: `${band.label}: ${clause}`,
    };
    const end = { at: band.to, node, kind: "fault", text: `${band.label}: over` };
    return [begin, end].filter(({ at }) => at <= to);
  });
  return records.sort((a, b) => a.at - b.at).slice(-faultsMax);
}

/** What others suffered shows at the node as a slower or a lost message at most. */
function isGrave({ state }: FaultBand["touched"][number]): boolean {
  return !["slow", "lossy", "partly-cut"].includes(state);
}

/** With what a line is stamped, told elsewhere. */
const stamps: ReadonlySet<string> = new Set(["mono", "wall", "node", "inc", "seq"]);

/** What is nearly always so, and what only the node itself can read. */
function isNoise(name: string, value: unknown): boolean {
  if (name === "replies") return true;
  return (name === "tornBytes" && value === 0) || (name === "count" && value === 1);
}

function textOf(fields: Readonly<Record<string, unknown>>): string {
  const told = Object.entries(fields).filter(
    // That nobody was voted for is news; that nobody is known to lead is not.
    ([name, value]) =>
      !isNoise(name, value) &&
      value !== undefined &&
      (value !== null || name === "votedFor") &&
      !stamps.has(name),
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
