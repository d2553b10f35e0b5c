import { isWithin, type TimeWindow } from "./anomaly-windows.ts";
import { eachLineOf, type TakeLine } from "./byte-lines.ts";
import type { Steps } from "./trace-scan.ts";

/** A line of a node's log, or several that follow one stamp. */
export type LogLine = { readonly at: number; readonly text: string };

/** What of a log lies in the windows, and how its lines came to their times. */
export type NodeLog = {
  readonly lines: readonly LogLine[];
  /** One of `alignments`. */
  readonly alignment: keyof typeof alignments;
  readonly omitted: number;
};

/** How the times of a log were found, for the reader. */
export const alignments = {
  run: "on the run's own clock",
  wall: "by the node's wall clock, which its trace ties to the run's to about a millisecond",
  start: "by wall clock and the start of the run: off by up to a second, more under a clock fault",
  absent: "there are none",
  none: "not aligned: its lines have no time that could be read",
} as const;

export const logLinesMax = 3000;

const runStamp = /^(\d{1,9}\.\d{3,9}) /;
const wallStamp = /(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s?(Z|[+-]\d\d:?\d\d)?/;
/** Where a stamp of a log in JSON may begin. */
const stampWithinChars = 80;

/** The wall clock of its node (`NodeTrace.wall`), and when the run began. */
export type LogClock = { readonly wall: Steps; readonly startedMs: number };

/** What `LogScan` makes of the text of a log. */
export function logLines(text: string, windows: readonly TimeWindow[], clock: LogClock): NodeLog {
  const scan = new LogScan(windows, clock);
  eachLineOf(text, scan.take);
  return scan.result();
}

/**
 * The lines of a log in the windows, on the run's clock; takes the bytes of each.
 *
 * Known stamps: seconds of the run (our own nodes), or a date and time (UTC unless they say otherwise)
 * near the beginning of the line. A line without one belongs to the line before.
 */
export class LogScan {
  readonly #windows: readonly TimeWindow[];
  readonly #clock: LogClock;
  readonly #lines: LogLine[] = [];
  #alignment: NodeLog["alignment"] = "absent";
  #omitted = 0;
  #isShown = false;

  constructor(windows: readonly TimeWindow[], clock: LogClock) {
    this.#windows = windows;
    this.#clock = clock;
  }

  readonly take: TakeLine = (bytes, from, end) => {
    if (from === end) return;
    const line = bytes.toString("utf8", from, end);
    const stamp = stampOf(line, this.#clock);
    if (stamp === null) {
      if (this.#alignment === "absent") this.#alignment = "none";
      this.#goOn(line);
      return;
    }
    this.#alignment = stamp.alignment;
    const isInside = isWithin(this.#windows, stamp.at);
    this.#isShown = isInside && this.#lines.length < logLinesMax;
    if (this.#isShown) this.#lines.push({ at: stamp.at, text: stamp.rest });
    else if (isInside) this.#omitted += 1;
  };

  #goOn(line: string): void {
    const last = this.#lines.pop();
    if (last === undefined) return;
    this.#lines.push(this.#isShown ? { at: last.at, text: `${last.text}\n${line}` } : last);
  }

  result(): NodeLog {
    return { lines: this.#lines, alignment: this.#alignment, omitted: this.#omitted };
  }
}

type Stamp = {
  readonly at: number;
  readonly rest: string;
  readonly alignment: NodeLog["alignment"];
};

function stampOf(line: string, { wall, startedMs }: LogClock): Stamp | null {
  const own = runStamp.exec(line);
  if (own !== null) {
    const at = Math.round(Number(own[1]) * 1e9);
    return { at, rest: line.slice(own[0].length), alignment: "run" };
  }
  const found = wallStamp.exec(line.slice(0, stampWithinChars));
  if (found === null) return null;
  const [, date, time, fraction = "0", zone = "Z"] = found;
  const wallMs = Date.parse(`${date}T${time}${zone}`) + Number(`0.${fraction}`) * 1000;
  if (Number.isNaN(wallMs)) return null;
  if (wall.at.length === 0) {
    return { at: (wallMs - startedMs) * 1e6, rest: line, alignment: "start" };
  }
  return { at: runTimeOf(wallMs, wall), rest: line, alignment: "wall" };
}

/** The moment at which the wall clock came closest to showing this: a lie may show a time twice. */
function runTimeOf(wallMs: number, { at, value }: Steps): number {
  let best = 0;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const [position, from] of at.entries()) {
    const ns = (wallMs - (value[position] as number)) * 1e6;
    const to = at[position + 1] ?? Number.POSITIVE_INFINITY;
    const start = position === 0 ? Math.min(0, from) : from;
    const distance = Math.max(0, start - ns, ns - to);
    if (distance < bestDistance) [best, bestDistance] = [ns, distance];
    if (distance === 0) break;
  }
  return Math.round(best);
}
