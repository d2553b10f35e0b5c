/** Identity of a failure. Matched by callers, so a code is never renamed. */
export type HistoryErrorCode = "E_HISTORY";

/** Where the history is wrong. */
export type HistoryErrorDetails = {
  /** `index` of the op. */
  readonly index?: number;
  /** Line of the file, from 1. */
  readonly line?: number;
};

/** The input is not a history: a broken line, or ops that no client could have recorded. */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
  readonly code: HistoryErrorCode = "E_HISTORY";
  readonly details: HistoryErrorDetails;

  constructor(message: string, details: HistoryErrorDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.details = details;
  }
}
