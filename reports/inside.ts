import type { TimeWindow } from "./anomaly-windows.ts";
import type { NodeLog } from "./log-lines.ts";
import type { Messages } from "./messages.ts";
import type { RunFiles, TraceLine } from "./result.ts";
import type { NodeTrace, Steps } from "./trace-scan.ts";

/** What went on inside the nodes: a part of the page that is read after its first paint. */
export type Inside = {
  readonly nodes: readonly InsideNode[];
  /** Where messages, trace lines and log lines are shown; empty without an anomaly. */
  readonly windows: readonly TimeWindow[];
  readonly messages: Messages;
};

export type InsideNode = {
  readonly node: string;
  readonly commitIndex: Steps;
  readonly lastLogIndex: Steps;
  /** Milliseconds by which its wall clock was ahead of the others' at their first words. */
  readonly clockOffset: Steps;
  /** Its trace in the windows. */
  readonly events: readonly NodeEvent[];
  readonly eventsOmitted: number;
  /** Its log in the windows. */
  readonly log: NodeLog;
};

/** A line of a trace for a reader. */
export type NodeEvent = { readonly at: number; readonly kind: string; readonly text: string };

const noSteps: Steps = { at: [], value: [] };
const noLog: NodeLog = { lines: [], alignment: "absent", omitted: 0 };
const fieldCharsMax = 60;

/** Pure. One node each of the result, in its order. */
export function insideOf(files: Pick<RunFiles, "result" | "around">): Inside {
  const { result, around } = files;
  const { traces } = around;
  const firstWall = median(Object.values(traces).flatMap(({ wall }) => wall.value.slice(0, 1)));
  return {
    windows: around.windows,
    messages: around.messages,
    nodes: result.nodes.map((node) => {
      const of: NodeTrace | undefined = traces[node];
      const wall = of?.wall ?? noSteps;
      return {
        node,
        commitIndex: of?.commitIndex ?? noSteps,
        lastLogIndex: of?.lastLogIndex ?? noSteps,
        clockOffset: { at: wall.at, value: wall.value.map((ms) => round(ms - firstWall)) },
        events: (of?.window ?? []).map(eventOf),
        eventsOmitted: of?.omitted ?? 0,
        log: around.logs[node] ?? noLog,
      };
    }),
  };
}

/** Digests and the fields that all lines have say nothing to a reader. */
const leftOut: ReadonlySet<string> = new Set(
  ["mono", "wall", "node", "inc", "seq", "kind", "hash", "hashes", "replies"], //
);

function eventOf(line: TraceLine): NodeEvent {
  const text = Object.entries(line)
    .filter(([name, value]) => !leftOut.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => `${name} ${shown(value)}`)
    .join(", ");
  return { at: line.mono, kind: line.kind, text };
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= fieldCharsMax ? text : `${text.slice(0, fieldCharsMax - 1)}…`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? 0;
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** As JSON text in which times are differences, because these deflate far better. */
export function packInside(inside: Inside): string {
  const { nodes, messages } = inside;
  return JSON.stringify({
    ...inside,
    messages: {
      ...messages,
      sent: differences(messages.sent),
      received: messages.received.map((ns, row) => ns - (messages.sent[row] ?? 0)),
    },
    nodes: nodes.map((node) => ({
      ...node,
      commitIndex: packSteps(node.commitIndex),
      lastLogIndex: packSteps(node.lastLogIndex),
      clockOffset: { ...node.clockOffset, at: differences(node.clockOffset.at) },
    })),
  });
}

export function unpackInside(text: string): Inside {
  const inside = JSON.parse(text) as Inside;
  const sent = sums(inside.messages.sent);
  return {
    ...inside,
    messages: {
      ...inside.messages,
      sent,
      received: inside.messages.received.map((step, row) => step + (sent[row] ?? 0)),
    },
    nodes: inside.nodes.map((node) => ({
      ...node,
      commitIndex: unpackSteps(node.commitIndex),
      lastLogIndex: unpackSteps(node.lastLogIndex),
      clockOffset: { ...node.clockOffset, at: sums(node.clockOffset.at) },
    })),
  };
}

function packSteps({ at, value }: Steps): Steps {
  return { at: differences(at), value: differences(value) };
}

function unpackSteps({ at, value }: Steps): Steps {
  return { at: sums(at), value: sums(value) };
}

function differences(values: readonly number[]): number[] {
  return values.map((value, position) => value - (values[position - 1] ?? 0));
}

function sums(steps: readonly number[]): number[] {
  let sum = 0;
  return steps.map((step) => {
    sum += step;
    return sum;
  });
}

/** The value that holds at a moment; null before the first one. */
export function valueAt({ at, value }: Steps, ns: number): number | null {
  const position = firstAfter(at, ns) - 1;
  return value[position] ?? null;
}

/** Position of the first entry beyond `ns` in ascending times; their count if there is none. */
export function firstAfter(at: readonly number[], ns: number): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] as number) <= ns) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Smaller differences between clocks are those of reading them. */
const clockNoiseMs = 20;

/** What a node's trace says of a moment, beside its role: a line each. */
export function insideLines(inside: Inside | null, node: string, ns: number): string[] {
  const of = inside?.nodes.find((one) => one.node === node);
  if (of === undefined) return [];
  const commitIndex = valueAt(of.commitIndex, ns);
  const lastLogIndex = valueAt(of.lastLogIndex, ns);
  const offsetMs = valueAt(of.clockOffset, ns) ?? 0;
  const side = offsetMs > 0 ? "ahead" : "behind";
  return [
    ...(commitIndex === null ? [] : [`commitIndex ${commitIndex}`]),
    ...(lastLogIndex === null ? [] : [`log ends at ${lastLogIndex}`]),
    ...(Math.abs(offsetMs) < clockNoiseMs
      ? []
      : [`wall clock ${(Math.abs(offsetMs) / 1000).toFixed(2)} s ${side}`]),
  ];
}
