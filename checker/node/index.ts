export type { CheckedFile, CheckFileInput } from "./check-file.ts";
export { checkFile } from "./check-file.ts";
export type { CoreOperation, FileFacts } from "./check-file-messages.ts";
export type { Check, CheckedResult } from "./messages.ts";
export { readHistory } from "./read-history.ts";
export type { CheckProgress, RunChecksInput } from "./run-checks.ts";
export { runChecks } from "./run-checks.ts";
export type { StreamedHistory, StreamHistoryInput, StreamProgress } from "./stream-history.ts";
export { streamHistory } from "./stream-history.ts";
