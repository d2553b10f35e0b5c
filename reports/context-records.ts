import { formatValue } from "./describe.ts";
import type { CheckerResult } from "./result.ts";

/** One record of a node's trace, of those that led to a broken invariant. */
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
    const text = Object.entries(rest)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => `${name} ${shortened(value)}`)
      .join(", ");
    return [{ at: timeNs, node, kind, text }];
  });
}

function shortened(value: unknown): string {
  const text = formatValue(value);
  return text.length <= fieldMax ? text : `${text.slice(0, fieldMax - 1)}…`;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
