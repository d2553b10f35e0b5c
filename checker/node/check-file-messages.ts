import type { CheckOptions, CheckResult, CoreOperation } from "../checker.ts";
import type { HistoryErrorDetails } from "../errors.ts";

/** What the worker of `checkFile` is started with. */
export type FileWorkerInput = {
  /** The open file: descriptors belong to the whole process. */
  readonly fd: number;
  /** For messages. */
  readonly file: string;
  readonly format: string;
  readonly checker: string;
  readonly options: CheckOptions;
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  /** Shared: 1 tells the check to stop and to say how far it got. */
  readonly stop: Int32Array;
};

/** What is known of a file once it was read. */
export type FileFacts = {
  readonly format: string;
  /** Of the options, or else the one that the file names; null where the checker needs none. */
  readonly model: string | null;
  readonly operationCount: number;
  /** Null when time ran out while a large file was read. */
  readonly lines: number | null;
  /** Lines of a log that are no operations. */
  readonly skipped: number;
  readonly truncatedAtLine: number | null;
  readonly parseMs: number;
};

/** An operation of a core, with the times at which its client called and was answered where they are known. */
export type TimedOperation = Omit<CoreOperation, "expected" | "observed"> & {
  /** What the others of the core allow there, where the checker tells. */
  readonly expected?: string;
  readonly observed?: string;
  readonly callTime: number | null;
  readonly returnTime: number | null;
};

export type FileWorkerMessage =
  /** The file is about to be read; resident bytes of the process. */
  | { readonly kind: "begin"; readonly rssBytes: number }
  | { readonly kind: "read"; readonly facts: FileFacts }
  /** It is `invalid`, whatever becomes of the explanation. */
  | { readonly kind: "invalid"; readonly result: CheckResult }
  | {
      readonly kind: "checked";
      readonly result: CheckResult;
      readonly core: readonly TimedOperation[];
      readonly checkMs: number;
      readonly peakRssBytes: number;
    }
  /** The file or the options are bad. */
  | { readonly kind: "refused"; readonly message: string; readonly details: HistoryErrorDetails };
