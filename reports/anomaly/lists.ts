import { formatValue, isRead, plural } from "../describe.ts";
import type { PairedOperation } from "../operations.ts";
import {
  type Case,
  endOf,
  type Finding,
  fromNode,
  isBefore,
  momentOf,
  outcomeOf,
  who,
} from "./facts.ts";

type Told = Omit<Finding, "culprit">;

/** Lists that only grow: what the read of one contradicts. */
export function explainList(one: Case): Told | null {
  const list = listOf(one.culprit);
  if (list === null) return null;
  return twice(one, list) ?? unheardOf(one, list) ?? missing(one, list) ?? otherOrder(one, list);
}

function listOf({ output, outcome, f }: PairedOperation): readonly string[] | null {
  if (f !== "read" || outcome !== "ok") return null;
  if (output === null) return [];
  return Array.isArray(output) ? output.map(text) : null;
}

function text(element: unknown): string {
  return JSON.stringify(element) ?? "null";
}

function shown(element: string): string {
  return formatValue(JSON.parse(element));
}

/** `client 445's read of k3-4 from n2 at 67.29 s`. */
function readOf(read: PairedOperation, rival?: PairedOperation): string {
  return `${who(read)}'s read of ${read.key ?? "the list"}${fromNode(read)} at ${momentOf(read, rival)}`;
}

function appendsOf({ culprit, lookup }: Case): readonly PairedOperation[] {
  if (culprit.key === null) return [];
  return lookup.onKey(culprit.key).filter(({ f, call }) => f === "append" && call < endOf(culprit));
}

function twice(one: Case, list: readonly string[]): Told | null {
  const { culprit } = one;
  const places = new Map<string, number[]>();
  for (const [place, element] of list.entries()) {
    places.set(element, [...(places.get(element) ?? []), place + 1]);
  }
  const repeated = [...places].filter(([, at]) => at.length > 1);
  if (repeated.length === 0) return null;
  const appends = appendsOf(one);
  const askedFor = (element: string): readonly PairedOperation[] =>
    appends.filter(({ input }) => text(input) === element);
  const [first, ...others] = repeated.filter(([element, at]) => {
    const asked = askedFor(element).length;
    return asked > 0 && asked < at.length;
  });
  if (first === undefined) return null;
  const [element, at] = first;
  const rival = askedFor(element)[0] as PairedOperation;
  const count = at.length === 2 ? "twice" : `${at.length} times`;
  const more = others.length === 0 ? "" : `; ${plural(others.length, "other element")} too often`;
  return {
    class: "duplicate",
    text:
      `${readOf(culprit, rival)} holds ${shown(element)} ${count} (places ${at.slice(0, 3).join(", ")}${more}), but ` +
      `${who(rival)} appended it only once: ${outcomeOf(rival, culprit).replace(/^was /, "")}`,
    rival,
  };
}

function unheardOf(one: Case, list: readonly string[]): Told | null {
  const { culprit } = one;
  if (one.anomaly.kind !== "phantom" && one.anomaly.kind !== "unordered") return null;
  const appends = appendsOf(one);
  const asked = new Map(appends.map((append) => [text(append.input), append]));
  const possible = new Set(
    appends.filter(({ outcome }) => outcome !== "fail").map(({ input }) => text(input)),
  );
  const element = list.find((each) => !possible.has(each));
  if (element === undefined) return null;
  const rival = asked.get(element) ?? null;
  const why =
    rival === null
      ? "nobody had appended that by then"
      : `${who(rival)}'s append of it ${outcomeOf(rival, culprit)}`;
  return {
    class: rival === null ? "phantom" : "dirty-read",
    text: `${readOf(culprit, rival ?? undefined)} holds ${shown(element)}, but ${why}`,
    rival,
  };
}

/** An element that was known before the read was asked for. */
function missing(one: Case, list: readonly string[]): Told | null {
  const { culprit, others, lookup } = one;
  const before = others.filter((other) => isBefore(other, culprit) && other.outcome === "ok");
  const rival = before.find((other) => lacking(other, list) !== null);
  const element = rival === undefined ? null : lacking(rival, list);
  if (rival === undefined || element === null) return null;
  const later = lookup
    .onKey(culprit.key ?? "")
    .some((read) => read.call > culprit.call && (listOf(read) ?? []).includes(element));
  const isOwn = isRead(rival) && rival.process === culprit.process;
  const known = isRead(rival)
    ? `${isOwn ? "the same client" : who(rival)} had already read it${fromNode(rival)} at ${momentOf(rival, culprit)}`
    : `its append had been acknowledged to ${who(rival)} at ${momentOf(rival, culprit)}`;
  const kind = isOwn ? "non-monotonic-read" : later ? "stale-read" : "lost-write";
  return {
    class: kind,
    text: `${readOf(culprit, rival)} lacks ${shown(element)}, but ${known}`,
    rival,
  };
}

function lacking(operation: PairedOperation, list: readonly string[]): string | null {
  const known = operation.f === "append" ? [text(operation.input)] : (listOf(operation) ?? []);
  return known.find((element) => !list.includes(element)) ?? null;
}

/** Two reads that hold different elements at one place. */
function otherOrder({ culprit, others }: Case, list: readonly string[]): Told | null {
  for (const rival of others) {
    const known = listOf(rival);
    if (known === null) continue;
    const place = known.findIndex((element, at) => at < list.length && element !== list[at]);
    if (place < 0) continue;
    const isApart = rival.node !== null && culprit.node !== null && rival.node !== culprit.node;
    const had = isBefore(rival, culprit) ? "had read" : "read";
    return {
      class: isApart ? "split-brain" : "lost-write",
      text:
        `${readOf(culprit, rival)} holds ${shown(list[place] ?? "null")} at place ${place + 1}, but ${who(rival)} ${had} ` +
        `${shown(known[place] ?? "null")} there${fromNode(rival)} at ${momentOf(rival, culprit)}`,
      rival,
    };
  }
  return null;
}
