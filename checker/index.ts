export type {
  Anomaly,
  Budget,
  Checker,
  CheckOptions,
  CheckResult,
  CoreOperation,
  CoreOrders,
  DeadEnd,
  OpenOperation,
  Progress,
} from "./checker.ts";
export { checkLinearizable } from "./checkers/linearizable.ts";
export { checkers } from "./checkers.ts";
export { formatHeader, formatOp, parseHeader, parseOp } from "./codec.ts";
export type { ModelSpec } from "./define-model.ts";
export { defineModel } from "./define-model.ts";
export type { HistoryErrorCode, HistoryErrorDetails } from "./errors.ts";
export { HistoryError } from "./errors.ts";
export { refuseForeign } from "./foreign.ts";
export type { HistoryReader, OperationSink, ReadSummary, SinkEvent } from "./formats/sink.ts";
export type { Format } from "./formats.ts";
export { detectFormat, formats } from "./formats.ts";
export type { History, HistoryHeader, Op, OpType } from "./history.ts";
export type { Certificate } from "./linearizability/certify.ts";
export { certify } from "./linearizability/certify.ts";
export { relax } from "./linearizability/relax.ts";
export { verifyWitness } from "./linearizability/verify-witness.ts";
export type { Explanation, LookAhead, Model, Operation } from "./model.ts";
export { models } from "./models.ts";
export { Names } from "./names.ts";
export type { NondeterministicSpec } from "./nondeterministic.ts";
export { defineNondeterministic } from "./nondeterministic.ts";
export type { Operations } from "./operations.ts";
export { forms, outcomes } from "./operations.ts";
export { operationsOf } from "./operations-of.ts";
export { pairOperations } from "./pairing.ts";
export { OpFeed } from "./streaming/op-feed.ts";
export type { StreamOptions } from "./streaming/stream.ts";
export { HistoryStream } from "./streaming/stream.ts";
export { takeApart } from "./value-form.ts";
export { ValueTable } from "./values.ts";
export type { Verdict } from "./verdict.ts";
export { mergeVerdicts } from "./verdict.ts";
