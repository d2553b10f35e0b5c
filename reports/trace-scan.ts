import { isWithin, type TimeWindow } from "./anomaly-windows.ts";
import { behind, bytesOf, eachLineOf, numberAt, type TakeLine } from "./byte-lines.ts";
import type { TraceLine } from "./result.ts";

/** A value over time: `value[i]` holds from `at[i]` (nanoseconds, ascending) to the next one. */
export type Steps = { readonly at: readonly number[]; readonly value: readonly number[] };

/** What the page shows of the trace of one node. */
export type NodeTrace = {
  /**
   * Kinds that lanes are drawn from and that tell of a node as a whole: `role`, `start`, `status`,
   * `snapshot`; and of each time that it led, the first `commit` that covers an entry of its own term.
   */
  readonly lines: readonly TraceLine[];
  /** When each of its incarnations wrote its last line, in order. */
  readonly ends: readonly number[];
  readonly commitIndex: Steps;
  /** Where its log ends. */
  readonly lastLogIndex: Steps;
  /** Milliseconds since 1970 that its wall clock showed, less the run's time: constant if it is true. */
  readonly wall: Steps;
  /** All its lines in the windows, in order, at most `windowLinesMax`. */
  readonly window: readonly TraceLine[];
  /** How many more there were in the windows. */
  readonly omitted: number;
  /** Lines that look whole, and those that are none of a trace, as torn ones. */
  readonly linesRead: number;
  readonly unreadable: number;
};

const linesMax = 20_000;
export const windowLinesMax = 3000;
/** Samples a run, of what changes all the time; in the windows all of it is kept. */
const samplesMax = 3000;
const wallSamplesMax = 1000;
/** A wall clock that moved by more than this is sampled at once, milliseconds. */
const wallJumpMs = 20;

const drawnKinds: ReadonlySet<string> = new Set(["role", "start", "status", "snapshot"]);
const logKinds: ReadonlySet<string> = new Set(["append", "truncate", "snapshot", "start"]);
/** All others are read in the windows only. */
const readKinds = ["commit", ...new Set([...drawnKinds, ...logKinds])].map(
  (kind) => [kind, bytesOf(`${kind}"`)] as const,
);

const lineStart = bytesOf('{"mono":');
const wallStart = bytesOf(',"wall":');
const kindStart = bytesOf('"kind":"');
const comma = 0x2c;
const quote = 0x22;
const closing = 0x7d;

/** Reads the text of `trace/NODE.jsonl`; torn lines are left out. `endNs`: the run's last moment. */
export function scanTrace(text: string, windows: readonly TimeWindow[], endNs: number): NodeTrace {
  const scan = new TraceScan(windows, endNs);
  eachLineOf(text, scan.take);
  return scan.result();
}

/** The same line by line: takes the bytes of each. */
export class TraceScan {
  readonly #windows: readonly TimeWindow[];
  readonly #lines: TraceLine[] = [];
  readonly #ends: number[] = [];
  readonly #window: TraceLine[] = [];
  readonly #commitIndex: Sampler;
  readonly #lastLogIndex: Sampler;
  readonly #wall: Sampler;
  #omitted = 0;
  #lastAt: number | null = null;
  #linesRead = 0;
  #unreadable = 0;
  /** While it leads and has committed nothing of its own term; `first`: the first entry of that term. */
  #fresh: { readonly term: unknown; readonly first: number } | null = null;

  constructor(windows: readonly TimeWindow[], endNs: number) {
    this.#windows = windows;
    this.#commitIndex = new Sampler(endNs / samplesMax);
    this.#lastLogIndex = new Sampler(endNs / samplesMax);
    this.#wall = new Sampler(endNs / wallSamplesMax, wallJumpMs);
  }

  /** Parses only what is kept: of a long trace that is little. */
  readonly take: TakeLine = (bytes, from, end) => {
    const mono = numberAt(bytes, behind(bytes, from, lineStart), end);
    if (Number.isNaN(mono) || bytes[end - 1] !== closing) {
      if (end > from) this.#unreadable += 1;
      return;
    }
    this.#linesRead += 1;
    let rest = from;
    while (bytes[rest] !== comma) rest++;
    const wallFrom = behind(bytes, rest, wallStart);
    const wall = numberAt(bytes, wallFrom, end);
    if (!Number.isNaN(wall)) this.#wall.add(mono, wall - mono / 1e6, false);
    const before = this.#lastAt;
    this.#lastAt = mono;
    const isInWindow = isWithin(this.#windows, mono);
    if (!isInWindow && !this.#isWanted(kindIn(bytes, Math.max(rest, wallFrom), end), mono)) return;
    const line = parseLine(bytes.toString("utf8", from, end));
    if (line === null) {
      this.#linesRead -= 1;
      this.#unreadable += 1;
      return;
    }
    if (isInWindow && this.#window.length < windowLinesMax) this.#window.push(line);
    else if (isInWindow) this.#omitted += 1;
    const isKept = drawnKinds.has(line.kind) || this.#isFirstOfOwn(line);
    if (isKept && this.#lines.length < linesMax) this.#lines.push(line);
    if (line.kind === "start" && before !== null) this.#ends.push(before);
    this.#followRole(line);
    this.#sample(line, isInWindow);
  };

  #isWanted(kind: string, mono: number): boolean {
    if (drawnKinds.has(kind)) return true;
    if (this.#fresh !== null && (kind === "commit" || kind === "append")) return true;
    if (kind === "commit") return this.#commitIndex.isDue(mono);
    return logKinds.has(kind) && (kind !== "append" || this.#lastLogIndex.isDue(mono));
  }

  /** Whether this is the first commit by which a leader has committed an entry of its own term. */
  #isFirstOfOwn({ kind, index }: TraceLine): boolean {
    if (this.#fresh === null || kind !== "commit" || typeof index !== "number") return false;
    if (index < this.#fresh.first) return false;
    this.#fresh = null;
    return true;
  }

  #followRole({ kind, role, term, index, count }: TraceLine): void {
    if (kind === "start") this.#fresh = null;
    if (kind === "role") this.#fresh = role === "leader" ? { term, first: Infinity } : null;
    if (kind !== "append" || typeof index !== "number") return;
    const isOwn = this.#fresh?.term === term && this.#fresh?.first === Infinity;
    if (isOwn) this.#fresh = { term, first: index - (typeof count === "number" ? count : 1) + 1 };
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
      ends: this.#lastAt === null ? [] : [...this.#ends, this.#lastAt],
      commitIndex: this.#commitIndex.steps,
      lastLogIndex: this.#lastLogIndex.steps,
      wall: this.#wall.steps,
      window: this.#window,
      omitted: this.#omitted,
      linesRead: this.#linesRead,
      unreadable: this.#unreadable,
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

/** Quotes inside of a JSON text are escaped, hence this can only be the name. */
function kindIn(bytes: Buffer, from: number, end: number): string {
  for (let at = from; at < end; at++) {
    if (bytes[at] !== quote || bytes[at + 1] !== kindStart[1]) continue;
    const start = behind(bytes, at, kindStart);
    if (start >= 0) return kindAt(bytes, start);
  }
  return "";
}

function kindAt(bytes: Buffer, start: number): string {
  for (const [kind, name] of readKinds) {
    if (behind(bytes, start, name) >= 0) return kind;
  }
  return "";
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
