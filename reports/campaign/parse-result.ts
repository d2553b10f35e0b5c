import type { RunResult } from "../result.ts";
import { isListOf, isNumber, isRecord, isText } from "./shapes.ts";

/**
 * A `result.json` as far as lists and comparisons look into it; null for what is none, or lacks any of
 * that. What checks and faults hold is not looked at.
 */
export function parseResult(value: unknown): RunResult | null {
  if (!isRecord(value)) return null;
  const { operations, verdict, bug } = value;
  const isResult =
    value["whitewater"] === 1 &&
    ["valid", "invalid", "unknown", "vacuous"].includes(String(verdict)) &&
    ["run", "sentence", "workload", "subject", "driver", "startedAt", "repeat"].every((name) =>
      isText(value[name]),
    ) &&
    ["seed", "durationMs"].every((name) => isNumber(value[name])) &&
    ["checks", "faults"].every((name) => isListOf(value[name], isRecord)) &&
    ["nodes", "environment", "skippedFaults"].every((name) => isListOf(value[name], isText)) &&
    ["options", "provenance"].every((name) => isRecord(value[name])) &&
    isRecord(operations) &&
    ["ok", "fail", "info"].every((name) => isNumber(operations[name])) &&
    (bug === null || isText(bug));
  return isResult ? (value as unknown as RunResult) : null;
}
