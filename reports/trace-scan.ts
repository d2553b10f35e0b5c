import { isWithin, type TimeWindow } from "./anomaly-windows.ts";
import type { TraceLine } from "./result.ts";

/** A value over time: `value[i]` holds from `at[i]` (nanoseconds, ascending) to the next one. */
export type Steps = { readonly at: readonly number[]; readonly value: readonly number[] };

/** What the page shows of the trace of one node. */
export type NodeTrace = {
  /** Kinds that lanes are drawn from: `role`, `start`, `status`. */
  readonly lines: readonly TraceLine[];
  readonly commitIndex: Steps;
  /** Where its log ends. */
  readonly lastLogIndex: Steps;
  /** Milliseconds since 1970 that its wall clock showed, less the run's time: constant if it is true. */
  readonly wall: Steps;
  /** All its lines in the windows, in order, at most `windowLinesMax`. */
  readonly window: readonly TraceLine[];
  /** How many more there were in the windows. */
  readonly omitted: number;
};

const linesMax = 20_000;
export const windowLinesMax = 3000;
/** Samples a run, of what changes all the time; in the windows all of it is kept. */
const samplesMax = 3000;
const wallSamplesMax = 1000;
/** A wall clock that moved by more than this is sampled at once, milliseconds. */
const wallJumpMs = 20;

const drawnKinds: ReadonlySet<string> = new Set(["role", "start", "status"]);
const logKinds: ReadonlySet<string> = new Set(["append", "truncate", "snapshot", "start"]);
const lineStart = '{"mono":';
const kindStart = '"kind":"';
const wallStart = '"wall":';

/** Reads the text of `trace/NODE.jsonl`; torn lines are left out. `endNs`: the run's last moment. */
export function scanTrace(text: string, windows: readonly TimeWindow[], endNs: number): NodeTrace {
  const scan = new Scan(windows, endNs);
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    scan.line(text, at, end);
    at = end + 1;
  }
  return scan.result();
}

class Scan {
  readonly #windows: readonly TimeWindow[];
  readonly #lines: TraceLine[] = [];
  readonly #window: TraceLine[] = [];
  readonly #commitIndex: Sampler;
  readonly #lastLogIndex: Sampler;
  readonly #wall: Sampler;
  #omitted = 0;

  constructor(windows: readonly TimeWindow[], endNs: number) {
    this.#windows = windows;
    this.#commitIndex = new Sampler(endNs / samplesMax);
    this.#lastLogIndex = new Sampler(endNs / samplesMax);
    this.#wall = new Sampler(endNs / wallSamplesMax, wallJumpMs);
  }

  /** Parses only what is kept: of a long trace that is little. */
  line(text: string, start: number, end: number): void {
    const mono = numberAfter(text, lineStart, start, start);
    if (Number.isNaN(mono)) return;
    const wall = numberAfter(text, wallStart, start + lineStart.length, end);
    if (!Number.isNaN(wall)) this.#wall.add(mono, wall - mono / 1e6, false);
    const isInWindow = isWithin(this.#windows, mono);
    const kind = kindIn(text, start, end);
    if (!isInWindow && !this.#isWanted(kind, mono)) return;
    const line = parseLine(text.slice(start, end));
    if (line === null) return;
    if (isInWindow && this.#window.length < windowLinesMax) this.#window.push(line);
    else if (isInWindow) this.#omitted += 1;
    if (drawnKinds.has(line.kind) && this.#lines.length < linesMax) this.#lines.push(line);
    this.#sample(line, isInWindow);
  }

  #isWanted(kind: string, mono: number): boolean {
    if (drawnKinds.has(kind)) return true;
    if (kind === "commit") return this.#commitIndex.isDue(mono);
    return logKinds.has(kind) && (kind !== "append" || this.#lastLogIndex.isDue(mono));
  }

  #sample(line: TraceLine, isInWindow: boolean): void {
    const { mono, kind, commitIndex, index, lastLogIndex } = line;
    const committed = kind === "commit" ? index : commitIndex;
    if (typeof committed === "number") this.#commitIndex.add(mono, committed, isInWindow);
    if (!logKinds.has(kind)) return;
    const last = kind === "truncate" && typeof index === "number" ? index - 1 : index;
    const end = lastLogIndex ?? last;
    // A truncated log is short for a moment only: what follows must not hide it.
    const isForced = isInWindow || kind !== "append";
    if (typeof end === "number") this.#lastLogIndex.add(mono, end, isForced);
  }

  result(): NodeTrace {
    return {
      lines: this.#lines,
      commitIndex: this.#commitIndex.steps,
      lastLogIndex: this.#lastLogIndex.steps,
      wall: this.#wall.steps,
      window: this.#window,
      omitted: this.#omitted,
    };
  }
}

/** Keeps one value each so many nanoseconds, and those that must be kept. */
class Sampler {
  readonly steps: { readonly at: number[]; readonly value: number[] } = { at: [], value: [] };
  readonly #everyNs: number;
  readonly #jump: number;

  constructor(everyNs: number, jump: number = Number.POSITIVE_INFINITY) {
    this.#everyNs = everyNs;
    this.#jump = jump;
  }

  isDue(mono: number): boolean {
    return mono - (this.steps.at.at(-1) ?? Number.NEGATIVE_INFINITY) >= this.#everyNs;
  }

  add(mono: number, value: number, isForced: boolean): void {
    const { at, value: values } = this.steps;
    const last = values.at(-1);
    const isJump = last !== undefined && Math.abs(value - last) >= this.#jump;
    if (!isForced && !isJump && !this.isDue(mono)) return;
    at.push(mono);
    values.push(Math.round(value * 1000) / 1000);
  }
}

function numberAfter(text: string, name: string, from: number, before: number): number {
  const start = from === before ? from : text.indexOf(name, from);
  if (start < 0 || start > before || !text.startsWith(name, start)) return Number.NaN;
  const end = text.indexOf(",", start);
  return end < 0 ? Number.NaN : Number(text.slice(start + name.length, end));
}

/** Quotes inside of a JSON text are escaped, hence this can only be the name. */
function kindIn(text: string, start: number, end: number): string {
  const at = text.indexOf(kindStart, start);
  if (at < 0 || at >= end) return "";
  return text.slice(at + kindStart.length, text.indexOf('"', at + kindStart.length));
}

function parseLine(text: string): TraceLine | null {
  try {
    const line = JSON.parse(text) as Partial<TraceLine> | null;
    if (typeof line?.mono !== "number" || typeof line.kind !== "string") return null;
    return line as TraceLine;
  } catch {
    // A killed node leaves a torn line.
    return null;
  }
}
