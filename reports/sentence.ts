import type { Anomaly, Op } from "porcupine-ts";
import { type Lookup, lookupOf } from "./anomaly/facts.ts";
import { isInside } from "./anomaly/inside.ts";
import type { Traces } from "./anomaly/serving.ts";
import {
  anomalyKeys,
  dataSoundIn,
  explain,
  insideOf,
  type RunFacts,
  raftHeldIn,
} from "./anomaly/tell.ts";
import { copiesIn } from "./copies.ts";
import { formatCount, plural, printable, withClients } from "./describe.ts";
import { missingTraces } from "./evidence.ts";
import { faultBands } from "./fault-bands.ts";
import type { CheckerResult, RunResult } from "./result.ts";
import { tableOf } from "./table-builder.ts";

/** What the sentence is built from: a result without its sentence, and the history. */
export type SentencePieces = ResultPieces & {
  readonly ops: readonly Op[];
  /** Absent: made of `ops`. */
  readonly lookup?: Lookup;
  /** Role and start lines of the nodes: absent, no role is named. */
  readonly traces?: Traces;
  /** All nodes of the run, to tell whose traces are missing. */
  readonly nodes?: readonly string[];
};

type ResultPieces = Pick<
  RunResult,
  "verdict" | "checks" | "faults" | "vacuous" | "operations" | "durationMs" | "environment"
>;

/** The one sentence of a run: names client, key, values, times and fault, or gives the figures. */
export function sentenceFor(pieces: SentencePieces): string {
  return sentenceOf(pieces, () => ({
    lookup: pieces.lookup ?? lookupOf(tableOf(pieces.ops)),
    bands: faultBands(pieces.faults, pieces.ops.at(-1)?.time ?? 0),
    traces: pieces.traces ?? {},
    missing: missingTraces(pieces.nodes ?? [], pieces.traces ?? {}),
    inside: insideOf(pieces.checks),
    raftHeld: raftHeldIn(pieces.checks),
    isDataSound: dataSoundIn(pieces.checks),
    copies: copiesIn(pieces.ops, anomalyKeys(pieces.checks)),
  }));
}

/** The same of a run that was read again; `facts` is asked where something is wrong. */
export function sentenceOf(pieces: ResultPieces, facts: () => RunFacts): string {
  return printable(told(pieces, facts));
}

function told(pieces: ResultPieces, facts: () => RunFacts): string {
  switch (pieces.verdict) {
    case "invalid":
      return invalidSentence(pieces, facts);
    case "unknown":
      return `Nothing is claimed: ${unknownReason(pieces)}`;
    case "vacuous":
      return vacuousSentence(pieces);
    case "valid":
      return validSentence(pieces);
  }
}

function validSentence(pieces: ResultPieces): string {
  const { ok, fail, info } = pieces.operations;
  const seconds = `${(pieces.durationMs / 1000).toFixed(0)} s`;
  const outcomes = `${formatCount(ok)} ok, ${formatCount(fail)} failed, ${formatCount(info)} unknown`;
  const total = plural(ok + fail + info, "operation");
  const claim = `${total} in ${seconds} (${outcomes}) are what a correct system could have answered`;
  return `${claim}, ${faultFigures(pieces)}.`;
}

function faultFigures(pieces: ResultPieces): string {
  const effective = pieces.faults.filter((fault) => fault.effective === true);
  if (effective.length === 0) return "with no fault injected";
  const kinds = [...new Set(effective.map((fault) => fault.fault))].sort();
  return `under ${plural(effective.length, "fault")} that took effect (${kinds.join(", ")})`;
}

function vacuousSentence(pieces: ResultPieces): string {
  const [first, ...rest] = pieces.vacuous;
  if (first === undefined) return "Nothing was proven.";
  const more = rest.length === 0 ? "" : ` (and ${plural(rest.length, "more reason")})`;
  return `Nothing was proven: ${withoutStop(first)}${more}.`;
}

function unknownReason(pieces: ResultPieces): string {
  const check = pieces.checks.find(({ verdict }) => verdict === "unknown");
  if (check !== undefined) return `${check.checker}: ${withoutStop(withClients(check.summary))}.`;
  return `${withoutStop(pieces.environment[0] ?? "no check came to a verdict")}.`;
}

/**
 * The anomaly that says most: what clients were told goes before what broke inside, and that before what
 * did not happen.
 */
function invalidSentence(pieces: ResultPieces, facts: () => RunFacts): string {
  const check = leadingCheck(pieces.checks);
  if (check === undefined) return "A check failed.";
  const [anomaly] = check.anomalies;
  if (anomaly === undefined) return `${withoutRepeats(withoutStop(withClients(check.summary)))}.`;
  return explain(check, anomaly, facts()).sentence;
}

/** Which of the checks that found something the run is told by. */
export function leadingCheck(checks: readonly CheckerResult[]): CheckerResult | undefined {
  const invalid = checks.filter(({ verdict }) => verdict === "invalid");
  return invalid.sort((a, b) => rankOf(a) - rankOf(b))[0];
}

const ranks: { readonly [kind in Anomaly["kind"]]?: number } = {
  "wrong-answer": 1,
  unordered: 1.5,
};

function rankOf(check: CheckerResult): number {
  const [anomaly] = check.anomalies;
  if (isInside(check)) return 2;
  // Where no order exists, and nothing says why, a report that its own answers refute says more.
  if (anomaly?.operation !== undefined) return ranks[anomaly.kind] ?? 0;
  // A node that gave up says why; that nothing recovered is its consequence.
  return check.checker === "exits" ? 3 : 4;
}

/** A node that gives up at each of its starts is told once. */
function withoutRepeats(summary: string): string {
  return [...new Set(summary.split("; "))].join("; ");
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.\s*$/, "");
}
