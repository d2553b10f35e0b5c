import type { Names } from "../names.ts";
import type { ValueInterner } from "../values.ts";

/**
 * A call or a return as a reader hands it over: one object that is filled anew each time, so whoever
 * wants to keep something copies it before he returns. Numbers only; ids are those of the sink's tables.
 */
export type SinkEvent = {
  /** `index` of the line in the history; of the operation's row where a format has no lines of its own. */
  index: number;
  /** In the total order of all events: distinct, from 0, below `never`, gaps allowed. */
  position: number;
  /** Nanoseconds; NaN where the format has no times. */
  time: number;
  process: number;
  f: number;
  /** -1 without a key. */
  key: number;
  /** The argument at a call, the result at a return: code in `forms`, and its two fields. */
  form: number;
  a: number;
  b: number;
  /** The rest is of returns. Code in `outcomes`, or `leftOut`: it did nothing and saw nothing. */
  outcome: number;
  /** 0 for none. */
  error: number;
  /** -1 for none. */
  node: number;
};

/**
 * Where a reader puts what it reads, event by event.
 *
 * `OperationsBuilder` makes columns of it; a stream checks and forgets. The tables are the sink's own, so
 * that it may share them between files.
 */
export interface OperationSink {
  readonly functions: Names;
  readonly keys: Names;
  /** Its first is "". */
  readonly errors: Names;
  readonly nodes: Names;
  readonly values: ValueInterner;
  /** Comes in the order of the calls. Answers a number by which the operation is known from now on. */
  onCall(event: SinkEvent): number;
  /**
   * At most once for an operation, which is open if it never comes. An `open` one may come too (it has an
   * error then), its position is `never`. Most formats tell returns in the order of positions; `hist1` has
   * both ends in one line, so its returns come at once and may lie behind calls that are still to come.
   */
  onReturn(operation: number, event: SinkEvent): void;
}

/** Reads one history, given in chunks of any size. All methods throw `HistoryError` with the line. */
export interface HistoryReader {
  push(chunk: Uint8Array): void;
  /** After the last chunk. */
  end(): ReadSummary;
  /** Of the event that is told, from 1: where its map or line begins. */
  readonly line: number;
  /** The model that the file's header names, once its line was read. */
  readonly model: string | null;
}

export type ReadSummary = {
  /** Lines of the file, its header and empty ones included. */
  readonly lines: number;
  /** Lines of a log that are no operations. */
  readonly skipped: number;
  /** The last line was cut off in mid-line and is left out. */
  readonly truncatedAtLine: number | null;
  /** Values are integers up to this one that stand for themselves (0 = null): the sink's table is empty. */
  readonly integersMax: number | null;
};
