import type { Op } from "porcupine-ts";
import type { Clock } from "../cluster/env/env.ts";

/** A line of the history before it has its place in it; unknown fields are kept. */
export type JournalLine = Omit<Op, "index" | "time"> & { readonly [field: string]: unknown };

/**
 * Where lines go: a file, or the memory of a simulation. When `append` of a file returns, the line
 * has left this process (`write(2)`).
 */
export type Journal = { append(op: Op): void };

export type Recorder = {
  /** Writes the line with the next index and the time since the run's origin. */
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
      const time = Math.max(0, Math.round(clock.now() - originNs));
      try {
        journal.append({ index, time, ...line });
        index += 1;
      } catch (error) {
        hasFailed = true;
        onFailure(error instanceof Error ? error : new Error(String(error)));
      }
    },
    count: () => index,
  };
}
