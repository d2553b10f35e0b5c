import { isDeepStrictEqual } from "node:util";
import type { Anomaly } from "porcupine-ts";
import { type AnomalyClass, classes } from "./anomaly/classes.ts";
import { endOf, type Lookup, seenBy } from "./anomaly/facts.ts";
import { inWords } from "./anomaly/general.ts";
import { copiesOf, refusalTaken } from "./anomaly/resends.ts";
import type { Rule } from "./anomaly/rules.ts";
import type { Serving } from "./anomaly/serving.ts";
import { type Explained, explain, type RunFacts } from "./anomaly/tell.ts";
import { answerComparison, type Comparison, comparisonOf } from "./comparison.ts";
import { type ContextRecord, recordsUpTo } from "./context-records.ts";
import type { Copy } from "./copies.ts";
import { coreLabel } from "./core-labels.ts";
import { type CoreLine, coreLines } from "./core-lines.ts";
import { type StruckOrders, struckOrders } from "./core-orders.ts";
import {
  asVersioned,
  describeCall,
  describeResult,
  describeState,
  formatMoment,
  isRead,
  withClients,
} from "./describe.ts";
import { type Holding, holdingOf } from "./holding.ts";
import type { PairedOperation } from "./operations.ts";
import type { CheckerResult } from "./result.ts";
import { leadingCheck } from "./sentence.ts";

const anomaliesMax = 20;
const contextMax = 8;

/** One anomaly with the operations around it: what the page shows large. */
export type Focus = {
  readonly checker: string;
  readonly class: AnomalyClass;
  /** Class of anomaly for people: `Stale read`. */
  readonly title: string;
  /** What the class means, one sentence. */
  readonly meaning: string;
  readonly sentence: string;
  /** The rule that was broken, or that the facts point to. */
  readonly rule: Rule | null;
  /** What is unknown of the roles because traces are missing, one sentence. */
  readonly gap: string | null;
  /** What the node was that served one of the two operations. */
  readonly serving: Serving | null;
  /** The fault that the sentence names, by its id. */
  readonly fault: string | null;
  /** `index` of the operation that contradicts `operation` most plainly. */
  readonly rival: number | null;
  readonly key: string | null;
  readonly expected: string | null;
  readonly observed: string | null;
  /** Why the operations that contradict each other have no order, one sentence. */
  readonly reason: string | null;
  /** `index` of the operation that cannot be ordered. */
  readonly operation: number | null;
  /** When it happened, nanoseconds, where the checker knows; of an invariant the first violation. */
  readonly at: number | null;
  readonly operations: readonly FocusOperation[];
  /** What was due and what was answered, of the two operations that the sentence names. */
  readonly comparison: Comparison | null;
  /** Who wrote what a read was told, where that is none of `operations`. */
  readonly writer: { readonly index: number; readonly text: string } | null;
  /** The possible orders of the core, struck out; letters are given in the order of calls. */
  readonly orders: StruckOrders | null;
  /** Operations on the same key at that time that did not fit on the page. */
  readonly omitted: number;
  /** What nodes traced before an invariant broke, and what broke it: for the first one only. */
  readonly records: readonly ContextRecord[];
  /** The stretch of time shown, nanoseconds. */
  readonly from: number;
  readonly to: number;
};

export type FocusOperation = PairedOperation & {
  /** `context` operations overlap on the same key and are not part of the contradiction. */
  readonly part: "culprit" | "related" | "context";
  /** Its part in a few words. */
  readonly label: string;
  readonly asked: string;
  readonly answered: string;
  /** Where it was sent more than once. */
  readonly copies: readonly Copy[];
  /** Of a lock that was granted more than once: how long its client held it. */
  readonly held: Holding | null;
  /** What stands below its bar. */
  readonly lines: readonly CoreLine[];
};

/**
 * The anomalies of all checks, those that the run is told by first, at most twenty. That a run did too
 * little is no anomaly of the subject: the page says it elsewhere.
 */
export function focuses(checks: readonly CheckerResult[], facts: RunFacts): Focus[] {
  const leading = leadingCheck(checks);
  const ordered = checks.filter((check) => check !== leading);
  if (leading !== undefined) ordered.unshift(leading);
  return ordered
    .flatMap((check) => check.anomalies.map((anomaly) => ({ check, anomaly })))
    .filter(({ anomaly }) => anomaly.kind !== "too-little")
    .slice(0, anomaliesMax)
    .map(({ check, anomaly }) => focusOn(check, anomaly, facts));
}

function focusOn(check: CheckerResult, anomaly: Anomaly, facts: RunFacts): Focus {
  const { lookup } = facts;
  const told = explain(check, anomaly, facts);
  const named = namedBy(anomaly, told, lookup);
  const key = anomaly.key ?? named[0]?.key ?? null;
  const context = contextOf(key, named, lookup);
  // Who holds a lock is decided when it is granted, not when it is asked for.
  const momentOf = (operation: PairedOperation): number =>
    told.class === "broken-lock" ? endOf(operation) : operation.call;
  const shown = [...named, ...context.slice(0, contextMax)].sort(
    (a, b) => momentOf(a) - momentOf(b),
  );
  return {
    checker: check.checker,
    class: told.class,
    title: classes[told.class].title,
    meaning: classes[told.class].meaning,
    sentence: told.sentence,
    rule: told.rule,
    gap: told.gap === undefined ? null : `${capitalized(told.gap)}.`,
    serving: told.serving,
    fault: told.fault?.band.id ?? null,
    rival: told.rival?.index ?? null,
    key,
    expected: anomaly.expected === undefined ? null : inWords(anomaly.expected),
    observed: observedOf(anomaly),
    reason: anomaly.reason === undefined ? null : `No order: ${withClients(anomaly.reason)}.`,
    operation: anomaly.operation ?? null,
    at: told.at ?? anomaly.time ?? null,
    operations: shown.map((operation) => focusOperation(operation, anomaly, told, facts)),
    comparison:
      (anomaly.kind === "wrong-answer" && told.culprit !== null
        ? answerComparison(anomaly.expected, told.culprit)
        : null) ??
      comparisonOf(
        told,
        (acquire) => refusalTaken(acquire, copiesOf(acquire, facts.copies)) !== null,
      ),
    writer: writerOf(told.culprit, named, lookup),
    orders: struckOrders(
      anomaly,
      shown.filter((operation) => partOf(operation, anomaly, told) !== "context"),
    ),
    omitted: Math.max(0, context.length - contextMax),
    records: recordsUpTo(check, anomaly, facts),
    ...windowOf(shown),
  };
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function focusOperation(
  operation: PairedOperation,
  anomaly: Anomaly,
  told: Explained,
  { copies: known, lookup }: RunFacts,
): FocusOperation {
  const part = partOf(operation, anomaly, told);
  const copies = copiesOf(operation, known);
  const held = isGranted(operation, told) ? holdingOf(operation, lookup) : null;
  return {
    ...operation,
    part,
    label: coreLabel(operation, part, told, copies),
    asked: describeCall(operation),
    answered: Array.isArray(operation.output) ? seenBy(operation) : describeResult(operation),
    copies,
    held,
    lines: coreLines({ f: operation.f, outcome: operation.outcome, part, copies, held }),
  };
}

/** The core, what the checker relates to it, and the two that the sentence names. */
function namedBy(anomaly: Anomaly, told: Explained, lookup: Lookup): PairedOperation[] {
  const core = anomaly.core?.map(({ index }) => index) ?? anomaly.related;
  const { rival, source } = told;
  const indexes = [...core, anomaly.operation ?? -1, rival?.index ?? -1, source?.index ?? -1];
  return [...new Set(indexes)].flatMap((index) => lookup.at(index) ?? []);
}

function observedOf({ observed, time }: Anomaly): string | null {
  if (observed === undefined) return null;
  if (time === undefined) return inWords(observed);
  return `${observed.replace(/\.$/, "")}, at ${formatMoment(time, 3)}.`;
}

function partOf(
  operation: PairedOperation,
  anomaly: Anomaly,
  { rival, source }: Explained,
): FocusOperation["part"] {
  if (operation.index === anomaly.operation) return "culprit";
  const isNamed =
    operation.index === rival?.index ||
    operation.index === source?.index ||
    (anomaly.core?.some(({ index }) => index === operation.index) ??
      anomaly.related.includes(operation.index));
  return isNamed ? "related" : "context";
}

function isGranted({ f, outcome }: PairedOperation, told: Explained): boolean {
  return told.class === "broken-lock" && f === "acquire" && outcome === "ok";
}

/** The put that made the version that a read was told, unless it is named already. */
function writerOf(
  read: PairedOperation | null,
  named: readonly PairedOperation[],
  lookup: Lookup,
): Focus["writer"] {
  if (read === null || read.key === null || !isRead(read)) return null;
  const seen = asVersioned(read.output);
  if (seen === null || seen.version === 0) return null;
  const isIt = ({ f, input, outcome }: PairedOperation): boolean => {
    const put = f === "put" && outcome !== "fail" ? asVersioned(input) : null;
    return put?.version === seen.version - 1 && isDeepStrictEqual(put.value, seen.value);
  };
  const writer = lookup.onKey(read.key).find(isIt);
  if (writer === undefined || named.includes(writer)) return null;
  if (named.some(({ index }) => index === writer.index)) return null;
  const { index, process, node, call } = writer;
  const where = node === null ? "" : ` at ${node}`;
  return {
    index,
    text: `${describeState(seen)} was written by client ${process}${where}, sent at ${formatMoment(call, 3)}, ${describeResult(writer)} at ${formatMoment(endOf(writer), 3)}`,
  };
}

/** Other operations on the key that run while the named ones do, the closest in time first. */
function contextOf(
  key: string | null,
  named: readonly PairedOperation[],
  lookup: Lookup,
): PairedOperation[] {
  if (key === null || named.length === 0) return [];
  const { from, to } = windowOf(named);
  const isNamed = new Set(named.map(({ index }) => index));
  const middle = (from + to) / 2;
  const distance = (operation: PairedOperation) => Math.abs(operation.call - middle);
  return lookup
    .onKey(key)
    .filter((operation) => !isNamed.has(operation.index))
    .filter((operation) => operation.call <= to && (operation.return ?? Infinity) >= from)
    .sort((a, b) => distance(a) - distance(b));
}

/** From the first call to the last known return, with a margin. */
function windowOf(operations: readonly PairedOperation[]): { from: number; to: number } {
  if (operations.length === 0) return { from: 0, to: 0 };
  const from = Math.min(...operations.map(({ call }) => call));
  const to = Math.max(...operations.map((operation) => operation.return ?? operation.call));
  const margin = Math.max(1e6, (to - from) * 0.04);
  return { from: Math.max(0, from - margin), to: to + margin };
}
