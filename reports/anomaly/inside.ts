import type { Anomaly } from "porcupine-ts";
import { contextRecords, recordOf, type TraceRecord } from "../context-records.ts";
import { formatMoment, plural } from "../describe.ts";
import type { PairedOperation } from "../operations.ts";
import type { CheckerResult } from "../result.ts";
import { endOf } from "./facts.ts";

/** With the record of a trace that broke the invariant, where the check kept it. */
export type InsideAnomaly = Anomaly & {
  readonly brokenBy?: TraceRecord;
  readonly violations?: number;
  /** Those that the check kept because they are close to what clients were told. */
  readonly near?: readonly NearViolation[];
  /** It is one of many, but no matter which: it belongs to what is told. */
  readonly isOne?: true;
};

/** Of one election, or of one entry. */
export type NearViolation = InsideAnomaly & { readonly term?: number; readonly index?: number };

/** Only of the first anomaly of a check the records are kept. */
export function withRecord(check: CheckerResult, anomaly: Anomaly): InsideAnomaly {
  const isFirst = check.anomalies[0] === anomaly;
  const brokenBy = isFirst ? contextRecords(check, anomaly.nodes ?? []).at(-1) : undefined;
  const count = isFirst ? check.stats?.["violations"] : undefined;
  const near = isFirst ? nearIn(check) : [];
  return {
    ...anomaly,
    ...(near.length === 0 ? {} : { near }),
    ...(brokenBy === undefined ? {} : { brokenBy }),
    ...(typeof count === "number" && count > 1 ? { violations: count } : {}),
  };
}

/** What the check kept as `near`: see `violationsNear`. */
function nearIn({ stats }: CheckerResult): NearViolation[] {
  const near = stats?.["near"];
  if (!Array.isArray(near)) return [];
  return near.flatMap((one: NearViolation & { readonly record?: unknown }) => {
    if (typeof one?.time !== "number" || !Array.isArray(one.nodes)) return [];
    const brokenBy = recordOf(one.record);
    const { time, nodes, expected, observed, term, index } = one;
    const told = {
      kind: "broken-invariant",
      related: [],
      time,
      nodes,
      expected,
      observed,
    } as const;
    const place = {
      ...(term === undefined ? {} : { term }),
      ...(index === undefined ? {} : { index }),
    };
    return [{ ...told, ...place, ...(brokenBy === null ? {} : { brokenBy }) } as NearViolation];
  });
}

/** Of many, the first need not be of the entry or the election that a client was hurt by: that is said. */
function ofMany({ violations, isOne }: InsideAnomaly): string {
  if (violations === undefined) return "";
  return ` (${isOne === true ? "one" : "the first"} of ${plural(violations, "violation")})`;
}

const recordMax = 140;

/** The contradiction, and what shows it: for where the sentence tells of something else. */
export function proofClause(anomaly: InsideAnomaly): string {
  const { observed = "", brokenBy } = anomaly;
  const claim = `${inPast(observed)}${ofMany(anomaly)}`;
  return brokenBy === undefined ? claim : `${claim}: ${recordClause(anomaly)}`;
}

/** What shows it, to be looked up: `n4 traced at 13.184416 s: start, term 0, lastLogIndex 4`. */
export function recordClause({ brokenBy, observed = "" }: InsideAnomaly): string {
  if (brokenBy === undefined) return inPast(observed);
  const { node, at, kind, text } = brokenBy;
  // What an entry holds is of no help here.
  const told = text.replace(/, (?:hashes|replies) \[[^\]]*\]?/g, "");
  const record = told.length <= recordMax ? told : `${told.slice(0, recordMax - 1)}…`;
  return `${node} traced at ${formatMoment(at, 6)}: ${kind}, ${record}`;
}

/** Whether a check looked at what the nodes recorded, not at what clients saw. */
export function isInside(check: CheckerResult): boolean {
  return check.anomalies[0]?.kind === "broken-invariant";
}

/** `At 8.52 s n1 started in term 0, but had term 2 on disk`. */
export function insideClaim({
  observed = "a promise of Raft was broken",
  time = 0,
}: Anomaly): string {
  return `At ${formatMoment(time)} ${inPast(observed)}`;
}

/** `At 12.31 s n5 ended by itself: the write-ahead log is corrupt`. */
export function exitClaim({ observed = "a node ended by itself", time = 0 }: Anomaly): string {
  return `At ${formatMoment(time)} ${observed.replace(/\.\s*$/, "")}`;
}

/** Beside what a client saw: which came first, and when, on the axis that everything is on. */
export function insideClause(anomaly: InsideAnomaly, culprit: PairedOperation): string {
  const { observed = "", time = 0 } = anomaly;
  const order = time <= endOf(culprit) ? "before" : "after";
  return `inside, ${order} that, at ${formatMoment(time)}, ${inPast(observed)}${ofMany(anomaly)}`;
}

const past: Readonly<Record<string, string>> = {
  leads: "led",
  follows: "followed",
  hold: "held",
  differ: "differed",
};

/** What the invariants say of the moment, told afterwards; without its stop. */
function inPast(observed: string): string {
  return observed
    .replace(/\.\s*$/, "")
    .replace(/\b(?:leads|follows|hold|differ)\b/g, (word) => past[word] ?? word);
}

/** The rule of an invariant: `Durability: what a node had on disk is there when it starts again (fig. 2)`. */
export function ruleOfInvariant({ expected }: Pick<Anomaly, "expected">): string | null {
  const [, name, promise] = /^([a-z-]+): (.+)$/.exec(expected ?? "") ?? [];
  if (name === undefined || promise === undefined) return null;
  const words = name.split("-").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join(" ")}: ${promise}`;
}
