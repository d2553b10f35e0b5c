/** What became of an operation, in Jepsen's words (Whitewater never guesses: when in doubt, `info`). */
export type OpType = "invoke" | "ok" | "fail" | "info";

/**
 * One line of a history: the start of an operation, or how it ended.
 *
 * `ok` = it took effect; `fail` = it certainly did not; `info` = nobody knows, and it may still take
 * effect later. After `info` the process never acts again. Nemesis lines have process `"nemesis"`
 * and type `info`. Fields not named here survive a round trip through the codec.
 */
export type Op = {
  /** Position in the journal, dense from 0. */
  readonly index: number;
  /** Nanoseconds since the run began, on the host's monotonic clock. */
  readonly time: number;
  /** Logical single-threaded client, from 0. */
  readonly process: number | "nemesis";
  readonly type: OpType;
  readonly f: string;
  readonly key?: string;
  readonly value?: unknown;
  /** Why it is `fail` or `info`: `ErrVersion`, `ErrNoKey`, `ErrMaybe`, `not-leader`, `timeout`, ... */
  readonly error?: string;
  /** The node that gave the answer, or was asked last. */
  readonly node?: string;
};

/** First line of a history file. */
export type HistoryHeader = {
  readonly whitewater: 1;
  readonly run: string;
  readonly seed: number;
  readonly subject: string;
  readonly model: string;
};

export type History = {
  readonly header: HistoryHeader;
  readonly ops: readonly Op[];
  /** Line of the file at which it was cut off in mid-line: its orchestrator was killed. */
  readonly truncatedAtLine?: number;
};
