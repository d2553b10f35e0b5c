import { describeCall, describeResult } from "./describe.ts";
import type { FaultBand } from "./fault-bands.ts";
import type { Focus, FocusOperation } from "./focus.ts";
import type { Inside, InsideNode } from "./inside.ts";

/** One line of the story around the anomalies: what a node, a client or the nemesis did. */
export type LogEntry = {
  /** Nanoseconds since the run began. */
  readonly at: number;
  readonly source: "trace" | "log" | "fault" | "operation";
  /** Null for what concerns no node in particular. */
  readonly node: string | null;
  /** Kind of a trace line, else a word for what it is. */
  readonly kind: string;
  readonly text: string;
  /** `index` of an operation, to go there. */
  readonly operation: number | null;
  /** Replication at work: there is much of it, and seldom does it tell anything. */
  readonly isRoutine: boolean;
};

const routineKinds: ReadonlySet<string> = new Set([
  "append",
  "apply",
  "commit",
  "persisted",
  "status",
]);

/** Everything in the windows on one clock, in time order; at one moment in the order of `source`. */
export function logEntries(
  { nodes, windows }: Inside,
  bands: readonly FaultBand[],
  focuses: readonly Focus[],
): LogEntry[] {
  const isInside = ({ at }: LogEntry) => windows.some(({ from, to }) => from <= at && at <= to);
  const operations = new Map(
    focuses
      .flatMap((focus) => focus.operations)
      .filter(({ part }) => part !== "context")
      .map((operation) => [operation.index, operation]),
  );
  const entries = [
    ...bands.flatMap(faultEntries),
    ...[...operations.values()].flatMap(operationEntries),
    ...nodes.flatMap(nodeEntries),
  ];
  return entries.filter(isInside).sort((a, b) => a.at - b.at);
}

function nodeEntries({ node, events, log }: InsideNode): LogEntry[] {
  const none = { node, operation: null };
  const traced = events.map(({ at, kind, text }) => {
    return { ...none, at, kind, text, source: "trace" as const, isRoutine: routineKinds.has(kind) };
  });
  const said = log.lines.map(({ at, text }) => {
    return { ...none, at, kind: "log", text, source: "log" as const, isRoutine: false };
  });
  return [...traced, ...said];
}

function faultEntries(band: FaultBand): LogEntry[] {
  const common = { node: null, operation: null, isRoutine: false, source: "fault" as const };
  return [
    { ...common, at: band.from, kind: "fault", text: `${band.label} begins (${band.id})` },
    { ...common, at: band.to, kind: "heal", text: `${band.label} ends (${band.id})` },
  ];
}

function operationEntries(operation: FocusOperation): LogEntry[] {
  const { index, process, node, call } = operation;
  const common = { node, operation: index, isRoutine: false, source: "operation" as const };
  const who = `client ${process}`;
  const called = { ...common, at: call, kind: "call", text: `${who}: ${describeCall(operation)}` };
  if (operation.return === null) return [called];
  const text = `${who}: ${describeCall(operation)} → ${describeResult(operation)}`;
  return [called, { ...common, at: operation.return, kind: "return", text }];
}

/** What a reader asked for; empty sets and texts ask for nothing in particular. */
export type LogFilter = {
  /** Lines of these nodes, beside those of no node; null = of all. */
  readonly nodes: ReadonlySet<string> | null;
  /** Part of text, kind or node, whatever the case. */
  readonly text: string;
  readonly hasRoutine: boolean;
};

export function filterEntries(
  entries: readonly LogEntry[],
  { nodes, text, hasRoutine }: LogFilter,
): LogEntry[] {
  const wanted = text.trim().toLowerCase();
  return entries.filter((entry) => {
    if (entry.isRoutine && !hasRoutine) return false;
    if (nodes !== null && entry.node !== null && !nodes.has(entry.node)) return false;
    if (wanted === "") return true;
    return `${entry.node ?? ""} ${entry.kind} ${entry.text}`.toLowerCase().includes(wanted);
  });
}
