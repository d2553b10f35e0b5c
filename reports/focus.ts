import type { Anomaly } from "porcupine-ts";
import { type ContextRecord, contextRecords } from "./context-records.ts";
import {
  asVersioned,
  describeCall,
  describeResult,
  formatMoment,
  writtenVersion,
} from "./describe.ts";
import type { FaultBand } from "./fault-bands.ts";
import type { OperationTable } from "./operation-table.ts";
import type { PairedOperation } from "./operations.ts";
import type { CheckerResult } from "./result.ts";
import { anomalySentence } from "./sentence.ts";

const anomaliesMax = 20;
const contextMax = 8;

/** One anomaly with the operations around it: what the page shows large. */
export type Focus = {
  readonly checker: string;
  readonly kind: Anomaly["kind"];
  /** Class of anomaly for people: `Stale read`. */
  readonly title: string;
  /** What the class means, one sentence. */
  readonly meaning: string;
  readonly sentence: string;
  readonly key: string | null;
  readonly expected: string | null;
  readonly observed: string | null;
  /** Why the operations that contradict each other have no order, one sentence. */
  readonly reason: string | null;
  /** `index` of the operation that cannot be ordered. */
  readonly operation: number | null;
  readonly operations: readonly FocusOperation[];
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
};

/** What each class of anomaly is called, and means. */
const classes: Readonly<Record<Anomaly["kind"], readonly [title: string, meaning: string]>> = {
  "stale-read": [
    "Stale read",
    "A read returned a value that had been replaced before the read began.",
  ],
  "lost-write": ["Lost write", "A write was acknowledged, and later answers do not know of it."],
  duplicate: ["Duplicate", "One operation took effect more than once."],
  phantom: ["Phantom", "An answer holds something that nobody had written."],
  "broken-lock": ["Broken lock", "A lock was granted, kept or refused against its promise."],
  "wrong-answer": [
    "Wrong answer",
    "A client said of its operation what the answers it had do not bear out.",
  ],
  "wrong-count": [
    "Wrong count",
    "A counter was read as something that no choice among the adds around it comes to.",
  ],
  "broken-session": [
    "Broken session",
    "A client saw or made something older than what the same client had seen or made before.",
  ],
  unordered: ["No order exists", "No order of these operations explains all the answers."],
  stuck: ["Stuck", "The cluster had a connected majority and did not answer in time."],
  "too-little": ["Too little", "The run did too little to prove anything."],
  "broken-invariant": [
    "Broken invariant",
    "The nodes broke a promise of Raft, as their traces show.",
  ],
};

/**
 * The anomalies of all checks, as the result lists them, at most twenty. That a run did too little is
 * no anomaly of the subject: the page says it elsewhere.
 */
export function focuses(
  checks: readonly CheckerResult[],
  table: OperationTable,
  bands: readonly FaultBand[],
): Focus[] {
  return checks
    .flatMap((check) => check.anomalies.map((anomaly) => ({ check, anomaly })))
    .filter(({ anomaly }) => anomaly.kind !== "too-little")
    .slice(0, anomaliesMax)
    .map(({ check, anomaly }) => focusOn(check, anomaly, table, bands));
}

function focusOn(
  check: CheckerResult,
  anomaly: Anomaly,
  table: OperationTable,
  bands: readonly FaultBand[],
): Focus {
  const named = [...new Set([...anomaly.related, anomaly.operation ?? -1])]
    .map((index) => table.find(index))
    .filter((operation) => operation !== undefined);
  const key = anomaly.key ?? named[0]?.key ?? null;
  const context = contextOf(key, named, table);
  const shown = [...named, ...context.slice(0, contextMax)].sort((a, b) => a.call - b.call);
  const culprit = table.find(anomaly.operation ?? -1);
  const [title, meaning] = classes[anomaly.kind];
  return {
    checker: check.checker,
    kind: anomaly.kind,
    title,
    meaning,
    sentence: anomalySentence({ ...check, anomalies: [anomaly] }, table, bands),
    key,
    expected: anomaly.expected ?? null,
    observed: observedOf(anomaly),
    reason: anomaly.reason === undefined ? null : `No order: ${anomaly.reason}.`,
    operation: anomaly.operation ?? null,
    operations: shown.map((operation) => ({
      ...operation,
      part: partOf(operation, anomaly),
      label: labelOf(operation, anomaly, culprit),
      asked: describeCall(operation),
      answered: describeResult(operation),
    })),
    omitted: Math.max(0, context.length - contextMax),
    records: check.anomalies[0] === anomaly ? contextRecords(check) : [],
    ...windowOf(shown),
  };
}

function observedOf({ observed, time }: Anomaly): string | null {
  if (observed === undefined || time === undefined) return observed ?? null;
  return `${observed.replace(/\.$/, "")}, at ${formatMoment(time, 3)}.`;
}

function partOf(operation: PairedOperation, anomaly: Anomaly): FocusOperation["part"] {
  if (operation.index === anomaly.operation) return "culprit";
  return anomaly.related.includes(operation.index) ? "related" : "context";
}

function labelOf(
  operation: PairedOperation,
  anomaly: Anomaly,
  culprit: PairedOperation | undefined,
): string {
  const part = partOf(operation, anomaly);
  if (part === "culprit") return "cannot be ordered";
  if (part === "context") return "at the same time";
  const seen = asVersioned(culprit?.output)?.version;
  const isSource = seen !== undefined && writtenVersion(operation) === seen;
  const isInCore = anomaly.core?.some(({ index }) => index === operation.index) === true;
  if (isInCore && isSource) return "wrote what was read, and contradicts it";
  return isSource ? "wrote what was read" : "contradicts it";
}

/** Other operations on the key that run while the named ones do, the closest in time first. */
function contextOf(
  key: string | null,
  named: readonly PairedOperation[],
  table: OperationTable,
): PairedOperation[] {
  if (key === null || named.length === 0) return [];
  const { from, to } = windowOf(named);
  const isNamed = new Set(named.map(({ index }) => index));
  const middle = (from + to) / 2;
  const distance = (operation: PairedOperation) => Math.abs(operation.call - middle);
  const code = table.codeOf(key);
  const context: PairedOperation[] = [];
  for (let row = 0; row < table.size && (table.call[row] as number) <= to; row++) {
    if (table.key[row] !== code || table.endOf(row) < from) continue;
    if (!isNamed.has(table.index[row] as number)) context.push(table.at(row));
  }
  return context.sort((a, b) => distance(a) - distance(b));
}

/** From the first call to the last known return, with a margin. */
function windowOf(operations: readonly PairedOperation[]): { from: number; to: number } {
  if (operations.length === 0) return { from: 0, to: 0 };
  const from = Math.min(...operations.map(({ call }) => call));
  const to = Math.max(...operations.map((operation) => operation.return ?? operation.call));
  const margin = Math.max(1e6, (to - from) * 0.04);
  return { from: Math.max(0, from - margin), to: to + margin };
}
