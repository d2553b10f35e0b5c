import type { Op, OpType } from "porcupine-ts";
import type { Clock } from "../cluster/env/env.ts";
import type { WireCopy } from "../cluster/subject.ts";

/**
 * A line of the history. All have the same fields in the same order, which makes everyone who reads
 * a million of them faster; those without a value are not written to a file.
 */
export type JournalLine = {
  /** Its place and time in the history: -1 until the recorder has given it both. */
  index: number;
  time: number;
  readonly process: Op["process"];
  readonly type: OpType;
  readonly f: string;
  key: string | undefined;
  value: unknown;
  error: string | undefined;
  node: string | undefined;
  /** When an open loop wanted the operation to start, nanoseconds since the run's origin. */
  intended: number | undefined;
  wire: readonly WireCopy[] | undefined;
};

export function newLine(process: Op["process"], type: OpType, f: string): JournalLine {
  return {
    index: -1,
    time: -1,
    process,
    type,
    f,
    key: undefined,
    value: undefined,
    error: undefined,
    node: undefined,
    intended: undefined,
    wire: undefined,
  };
}

/** A line of those who are no client: the nemesis, and who watches over a run. */
export function nemesisLine(f: string, value: unknown): JournalLine {
  const line = newLine("nemesis", "info", f);
  line.value = value;
  return line;
}

/**
 * Where lines go: a file, or the memory of a simulation. When `append` of a file returns, the line
 * has left this process (`write(2)`).
 */
export type Journal = { append(op: Op): void };

export type Recorder = {
  /** Writes the line, which is the recorder's from now on, with the next index and the time. */
  record(line: JournalLine): void;
  /** Lines written so far. */
  count(): number;
};

export type RecorderOptions = {
  readonly clock: Clock;
  /** Time 0 of the run on the same clock, nanoseconds. */
  readonly originNs: number;
  readonly journal: Journal;
  /** Called once, when a line could not be written. */
  readonly onFailure: (error: Error) => void;
};

/**
 * The one writer of a history: clients and nemesis share its order.
 *
 * After a failure it writes nothing more: what is on disk stays a prefix of what happened, and a
 * prefix of a history is judged as soundly as the whole.
 */
export function createRecorder(options: RecorderOptions): Recorder {
  const { clock, originNs, journal, onFailure } = options;
  let index = 0;
  let hasFailed = false;

  return {
    record: (line) => {
      if (hasFailed) return;
      line.index = index;
      line.time = Math.max(0, Math.round(clock.now() - originNs));
      try {
        journal.append(line as Op);
        index += 1;
      } catch (error) {
        hasFailed = true;
        onFailure(error instanceof Error ? error : new Error(String(error)));
      }
    },
    count: () => index,
  };
}
