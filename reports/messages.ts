import { isWithin, type TimeWindow } from "./anomaly-windows.ts";
import { behind, bytesOf, eachLineOf, numberAt, type TakeLine } from "./byte-lines.ts";

/**
 * The messages between nodes around the anomaly, one row each, in the order in which they were sent.
 * Strings are positions in `dictionary`.
 */
export type Messages = {
  readonly windows: readonly TimeWindow[];
  /** How many more there were in the windows, farther from the anomaly than those here. */
  readonly omitted: number;
  readonly dictionary: readonly string[];
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly type: readonly number[];
  /** -1 where a message has none. */
  readonly term: readonly number[];
  /** Its other fields in a few words. */
  readonly fields: readonly number[];
  /** Nanoseconds since the run began; -1 where the sender has no record of it. */
  readonly sent: readonly number[];
  /** -1 where the receiver has no record of it. */
  readonly received: readonly number[];
  /** Position in `messageFates`. */
  readonly fate: readonly number[];
};

/**
 * `lost`: the receiver recorded others after it was sent, and never this one. `unknown`: the receiver
 * recorded nothing from then on, or what it recorded of that time is gone. `copy`: it arrived before.
 */
export const messageFates = ["arrived", "lost", "unknown", "copy"] as const;

export const messagesMax = 20_000;

export const noMessages: Messages = { windows: [], omitted: 0, ...columnsOf([]) };

type Line = {
  readonly mono: number;
  readonly kind: "send" | "recv";
  readonly peer: string;
  readonly id: string;
  readonly [field: string]: unknown;
};

type Row = {
  readonly from: string;
  readonly to: string;
  readonly send: Line | null;
  readonly recv: Line | null;
  readonly fate: (typeof messageFates)[number];
};

/** What the file of one node says: its messages in the windows, and which time it covers. */
export type NodeLines = {
  readonly lines: readonly Line[];
  readonly firstNs: number;
  readonly lastNs: number;
};

/** An arrival may come long after its window: a pause or a clog keeps messages. */
const arrivalNs = 10e9;
const lineStart = bytesOf('{"mono":');

/** Reads a node's file (`messages/NODE.jsonl`) line by line: takes the bytes of each. */
export class MessageScan {
  readonly #windows: readonly TimeWindow[];
  readonly #lines: Line[] = [];
  #firstNs = Number.POSITIVE_INFINITY;
  #lastNs = Number.NEGATIVE_INFINITY;

  constructor(windows: readonly TimeWindow[]) {
    this.#windows = windows.map(({ from, to }) => ({ from, to: to + arrivalNs }));
  }

  /** Most lines are in no window: they are not parsed. */
  readonly take: TakeLine = (bytes, from, end) => {
    const mono = numberAt(bytes, behind(bytes, from, lineStart), end);
    if (Number.isNaN(mono)) return;
    this.#firstNs = Math.min(this.#firstNs, mono);
    this.#lastNs = Math.max(this.#lastNs, mono);
    if (!isWithin(this.#windows, mono)) return;
    const line = parseLine(bytes.toString("utf8", from, end));
    if (line !== null) this.#lines.push(line);
  };

  result(): NodeLines {
    return { lines: this.#lines, firstNs: this.#firstNs, lastNs: this.#lastNs };
  }
}

/** The same from the text of each node's file. */
export function messagesIn(
  files: Readonly<Record<string, string>>,
  windows: readonly TimeWindow[],
): Messages {
  const scans = Object.entries(files).map(([node, text]): [string, NodeLines] => {
    const scan = new MessageScan(windows);
    eachLineOf(text, scan.take);
    return [node, scan.result()];
  });
  return joinMessages(Object.fromEntries(scans), windows);
}

/**
 * Joins what both ends recorded, by node.
 *
 * A message is here when its sending, or else its arrival, lies in a window. Of more than
 * `messagesMax` those closest to the middle of a window stay.
 */
export function joinMessages(
  byNode: Readonly<Record<string, NodeLines>>,
  windows: readonly TimeWindow[],
): Messages {
  const rows = closest(rowsOf(new Map(Object.entries(byNode)), windows), windows);
  return { windows, omitted: rows.omitted, ...columnsOf(rows.kept) };
}

function parseLine(text: string): Line | null {
  try {
    const { mono, kind, peer, id, ...fields } = JSON.parse(text) as Partial<Line>;
    const isWhole = typeof mono === "number" && typeof peer === "string" && typeof id === "string";
    if (!isWhole || (kind !== "send" && kind !== "recv")) return null;
    return { ...fields, mono, kind, peer, id };
  } catch {
    // A killed node leaves a torn line.
    return null;
  }
}

function rowsOf(nodes: ReadonlyMap<string, NodeLines>, windows: readonly TimeWindow[]): Row[] {
  const arrivals = new Map<string, Line[]>();
  const nameOf = (from: string, to: string, id: string) => JSON.stringify([from, to, id]);
  for (const [to, { lines }] of nodes) {
    for (const line of lines) {
      if (line.kind !== "recv") continue;
      const name = nameOf(line.peer, to, line.id);
      const known = arrivals.get(name);
      if (known === undefined) arrivals.set(name, [line]);
      else known.push(line);
    }
  }
  const rows: Row[] = [];
  for (const [from, { lines }] of nodes) {
    for (const send of lines) {
      if (send.kind !== "send") continue;
      const to = send.peer;
      const name = nameOf(from, to, send.id);
      const came = arrivals.get(name) ?? [];
      arrivals.delete(name);
      if (!isWithin(windows, send.mono)) continue;
      if (came.length === 0) {
        rows.push({ from, to, send, recv: null, fate: fateOf(send.mono, nodes.get(to)) });
      }
      for (const [copy, recv] of came.entries()) {
        rows.push({ from, to, send, recv, fate: copy === 0 ? "arrived" : "copy" });
      }
    }
  }
  for (const [name, came] of arrivals) {
    const [from = "", to = ""] = JSON.parse(name) as string[];
    for (const [copy, recv] of came.entries()) {
      const fate = copy === 0 ? "arrived" : "copy";
      if (isWithin(windows, recv.mono)) rows.push({ from, to, send: null, recv, fate });
    }
  }
  return rows.sort((a, b) => timeOf(a) - timeOf(b));
}

function fateOf(sentNs: number, receiver: NodeLines | undefined): Row["fate"] {
  if (receiver === undefined) return "unknown";
  return receiver.firstNs <= sentNs && receiver.lastNs > sentNs ? "lost" : "unknown";
}

function timeOf({ send, recv }: Row): number {
  return send?.mono ?? recv?.mono ?? 0;
}

function closest(
  rows: readonly Row[],
  windows: readonly TimeWindow[],
): { readonly kept: readonly Row[]; readonly omitted: number } {
  const omitted = Math.max(0, rows.length - messagesMax);
  if (omitted === 0) return { kept: rows, omitted };
  const middles = windows.map(({ from, to }) => (from + to) / 2);
  const distance = (row: Row) => Math.min(...middles.map((ns) => Math.abs(ns - timeOf(row))));
  const limit = rows.map(distance).sort((a, b) => a - b)[messagesMax] ?? 0;
  const kept = rows.filter((row) => distance(row) < limit);
  return { kept, omitted: rows.length - kept.length };
}

function columnsOf(rows: readonly Row[]): Omit<Messages, "windows" | "omitted"> {
  const dictionary: string[] = [];
  const positions = new Map<string, number>();
  const word = (text: string) => {
    const known = positions.get(text);
    if (known !== undefined) return known;
    positions.set(text, dictionary.length);
    return dictionary.push(text) - 1;
  };
  return {
    from: rows.map(({ from }) => word(from)),
    to: rows.map(({ to }) => word(to)),
    type: rows.map((row) => word(String(lineOf(row)["type"] ?? "message"))),
    term: rows.map((row) => {
      const term = lineOf(row)["term"];
      return typeof term === "number" ? term : -1;
    }),
    fields: rows.map((row) => word(fieldsOf(lineOf(row)))),
    sent: rows.map(({ send }) => send?.mono ?? -1),
    received: rows.map(({ recv }) => recv?.mono ?? -1),
    fate: rows.map(({ fate }) => messageFates.indexOf(fate)),
    dictionary,
  };
}

/** The sender's has all the fields. */
function lineOf({ send, recv }: Row): Readonly<Record<string, unknown>> {
  return send ?? recv ?? {};
}

function fieldsOf(line: Readonly<Record<string, unknown>>): string {
  const { mono: _, kind: __, peer: ___, id: ____, type: _____, term: ______, ...rest } = line;
  return Object.entries(rest)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(", ");
}
