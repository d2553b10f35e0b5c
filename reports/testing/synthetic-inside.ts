import { anomalyWindows } from "../anomaly-windows.ts";
import { logLines } from "../log-lines.ts";
import { messagesIn, noMessages } from "../messages.ts";
import type { OperationTable } from "../operation-table.ts";
import { linesOf } from "../read-inside.ts";
import type { RunFiles, RunResult } from "../result.ts";
import { scanTrace } from "../trace-scan.ts";

/** The texts of the files that nodes leave, by node. */
export type NodeTexts = {
  readonly trace: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, string>>;
  readonly logs: Readonly<Record<string, string>>;
};

const second = 1e9;
const wallStartMs = 1_795_394_610_000;
const statusEveryNs = 0.1 * second;
const heartbeatNs = 0.08 * second;

/** What a cluster of five says of itself in which n2, n1 and n4 lead, as `syntheticRun` has it. */
export function syntheticTexts(nodes: readonly string[], endNs: number): NodeTexts {
  return {
    trace: Object.fromEntries(nodes.map((node) => [node, traceOf(node, endNs)])),
    messages: messagesOf(nodes, endNs),
    logs: Object.fromEntries(nodes.map((node) => [node, logOf(node)])),
  };
}

/** What `readInside` would make of them. */
export function insideOfTexts(
  texts: NodeTexts,
  result: RunResult,
  table: OperationTable,
): Pick<RunFiles, "trace" | "around"> {
  const windows = anomalyWindows(result, table);
  const endNs = result.durationMs * 1e6;
  const traces = mapValues(texts.trace, (text) => scanTrace(text, windows, endNs));
  const trace = linesOf(traces);
  if (windows.length === 0) {
    return { trace, around: { traces, windows, messages: noMessages, logs: {} } };
  }
  const startedMs = Date.parse(result.startedAt);
  const logs = mapValues(texts.logs, (text, node) =>
    logLines(text, windows, { wall: traces[node]?.wall ?? { at: [], value: [] }, startedMs }),
  );
  return {
    trace,
    around: { traces, windows, messages: messagesIn(texts.messages, windows), logs },
  };
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T, name: string) => U,
): Record<string, U> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, map(value, name)]),
  );
}

function leaderAt(ns: number): string {
  if (ns < 9.8 * second) return "n2";
  return ns < 22.6 * second ? "n1" : "n4";
}

function traceOf(node: string, endNs: number): string {
  const lines: { readonly mono: number; readonly [field: string]: unknown }[] = [
    { mono: 0, kind: "start", term: 0, lastLogIndex: 0 },
  ];
  const elections: [number, string, number][] = [
    [0.4, "n2", 1],
    [9.8, "n1", 2],
    [22.6, "n4", 3],
  ];
  for (const [at, leader, term] of elections) {
    if (leader === node) {
      lines.push({ mono: (at - 0.1) * second, kind: "role", role: "candidate", term });
    }
    // The isolated leader learns of its successor only after the cut.
    const heard = node === "n2" && term === 2 ? 12.6 : node === "n1" && term === 3 ? 25.1 : at;
    const role = leader === node ? "leader" : "follower";
    lines.push({ mono: heard * second, kind: "role", role, term });
  }
  if (node === "n3" || node === "n5") {
    lines.push({ mono: 19.3 * second, kind: "start", term: 2, lastLogIndex: 1700 });
  }
  for (let mono = 0.5 * second; mono < 30 * second; mono += statusEveryNs) {
    const isCut = node === "n2" && mono > 9.2 * second && mono < 12.6 * second;
    const index = Math.floor(((isCut ? 9.2 * second : mono) / second) * 97);
    lines.push({ mono, kind: "append", term: 2, index, count: 10, hashes: [] });
    lines.push({ mono, kind: "commit", term: 2, index: index - 5 });
  }
  for (let at = 1; at < 30; at++) {
    lines.push({ mono: at * second, kind: "status", commitIndex: at * 97 - 5 });
  }
  const isSkewed = (ns: number) => node === "n4" && ns > 11 * second && ns < 16 * second;
  return lines
    .filter(({ mono }) => mono <= endNs)
    .sort((a, b) => a.mono - b.mono)
    .map(({ mono, ...fields }, seq) => {
      const wall = Math.floor(wallStartMs + mono / 1e6 - (isSkewed(mono) ? 30_000 : 0));
      return `${JSON.stringify({ mono: Math.round(mono), wall, node, inc: 1, seq, ...fields })}\n`;
    })
    .join("");
}

/** Heartbeats and their answers; none gets through to or from n2 while it is cut. */
function messagesOf(nodes: readonly string[], endNs: number): Record<string, string> {
  const lines = new Map(nodes.map((node) => [node, [] as { mono: number; text: string }[]]));
  const ids = new Map<string, number>();
  const pass = (from: string, to: string, mono: number, frame: object): number | null => {
    const id = (ids.get(from) ?? 0) + 1;
    ids.set(from, id);
    const add = (node: string, ns: number, fields: object) =>
      lines.get(node)?.push({ mono: ns, text: JSON.stringify({ mono: ns, ...fields }) });
    add(from, mono, { kind: "send", peer: to, id: `1.${id}`, ...frame });
    const isCut = [from, to].includes("n2") && mono > 9.2 * second && mono < 12.5 * second;
    if (isCut) return null;
    add(to, mono + 4e5, { kind: "recv", peer: from, id: `1.${id}`, ...frame });
    return mono + 4e5;
  };
  for (let mono = 0.5 * second; mono < endNs; mono += heartbeatNs) {
    const from = leaderAt(mono);
    for (const to of nodes.filter((node) => node !== from)) {
      const term = 1 + ["n2", "n1", "n4"].indexOf(from);
      const request = { type: "appendEntries", term, entries: 0, leaderCommit: 7 };
      const arrived = pass(from, to, Math.round(mono), request);
      const reply = { type: "appendEntriesReply", term, success: true, matchIndex: 9 };
      if (arrived !== null) pass(to, from, arrived + 3e5, reply);
    }
  }
  return Object.fromEntries(
    [...lines].map(([node, all]) => [
      node,
      all
        .sort((a, b) => a.mono - b.mono)
        .map(({ text }) => `${text}\n`)
        .join(""),
    ]),
  );
}

function logOf(node: string): string {
  const lines: string[] = [];
  for (let at = 0; at < 30; at++) {
    lines.push(`${(at + 0.123).toFixed(3)} ${node} term ${at < 10 ? 1 : 2} commitIndex ${at * 97}`);
  }
  return `${lines.join("\n")}\n`;
}
