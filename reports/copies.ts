import { createReadStream } from "node:fs";
import type { Op } from "porcupine-ts";

/** One copy of a request: to whom it went, when, and what came back. */
export type Copy = {
  readonly to: string;
  /** Nanoseconds since the run began; `back`: when its outcome was there. */
  readonly sent: number;
  readonly back: number;
  readonly answer: string;
  readonly outcome: "done" | "refused" | "unknown";
};

/** Of operations that were sent more than once, by the end of each: see `copiesKey`. */
export type Copies = ReadonlyMap<string, readonly Copy[]>;

const mark = '"wire":[';

/** What becomes of an operation at one moment at one client. */
export function copiesKey(process: number, returned: number): string {
  return `${process} ${returned}`;
}

/** The copies of the operations on these keys, from a history in memory. */
export function copiesIn(ops: Iterable<Op>, keys: ReadonlySet<string>): Copies {
  const calls = new Map<Op["process"], number>();
  const found = new Map<string, readonly Copy[]>();
  for (const op of ops) {
    if (op.type === "invoke") calls.set(op.process, op.time);
    else note(found, op, calls.get(op.process), keys);
  }
  return found;
}

/** The same from a history file. Lines that are no operations are passed over. */
export async function readCopies(file: string, keys: ReadonlySet<string>): Promise<Copies> {
  const found = new Map<string, readonly Copy[]>();
  if (keys.size === 0) return found;
  /** Of the clients whose calls are on those keys: the others are not taken apart. */
  const calls = new Map<Op["process"], number>();
  const needles = [...keys].map((key) => `"key":${JSON.stringify(key)}`);
  const take = (line: string): void => {
    const isCall = line.includes('"type":"invoke"');
    if (!isCall && !line.includes(mark)) return;
    if (!needles.some((needle) => line.includes(needle))) return;
    const op = parsed(line);
    if (op === null) return;
    if (isCall) calls.set(op.process, op.time);
    else note(found, op, calls.get(op.process), keys);
  };
  let rest = "";
  for await (const chunk of createReadStream(file, { encoding: "utf8" })) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  }
  take(rest);
  return found;
}

function parsed(line: string): Op | null {
  try {
    return JSON.parse(line) as Op;
  } catch {
    // What a killed recorder leaves of its last line.
    return null;
  }
}

function note(
  found: Map<string, readonly Copy[]>,
  op: Op,
  call: number | undefined,
  keys: ReadonlySet<string>,
): void {
  const { wire } = op as { readonly wire?: unknown };
  if (call === undefined || !Array.isArray(wire) || typeof op.process !== "number") return;
  if (op.key === undefined || !keys.has(op.key)) return;
  const copies = wire.flatMap((copy: unknown) => copyOf(copy, call) ?? []);
  if (copies.length > 1) found.set(copiesKey(op.process, op.time), copies);
}

/** Null for one of a history that does not tell to whom and when. */
function copyOf(value: unknown, call: number): Copy | null {
  if (typeof value !== "object" || value === null) return null;
  const { to, sent, back, status, error, lost, notSent } = value as Readonly<
    Record<string, unknown>
  >;
  if (typeof to !== "string" || typeof sent !== "number" || typeof back !== "number") return null;
  const times = { to, sent: call + sent, back: call + back };
  if (lost !== undefined) return { ...times, answer: `no answer (${lost})`, outcome: "unknown" };
  if (notSent !== undefined) return { ...times, answer: "not sent", outcome: "refused" };
  const why = typeof error === "string" ? ` ${error}` : "";
  const outcome = status === 200 ? "done" : Number(status) >= 500 ? "unknown" : "refused";
  return { ...times, answer: `${status}${why}`, outcome };
}
