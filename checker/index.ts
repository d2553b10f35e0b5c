export type { Anomaly, Budget, Checker, CheckOptions, CheckResult } from "./checker.ts";
export type { History, HistoryHeader, Op, OpType } from "./history.ts";
export type { Model, Operation } from "./model.ts";
export type { Verdict } from "./verdict.ts";
export { mergeVerdicts } from "./verdict.ts";
