import { HistoryError } from "porcupine-ts";
import { ReportError } from "../../reports/errors.ts";
import { WorkloadError } from "../../workloads/errors.ts";
import { ClusterError } from "../errors.ts";
import { exitCodes } from "./exit-code.ts";
import { visible } from "./output.ts";

/** Arguments or input that cannot be used; the message says what was expected and what came. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly code = "E_INPUT";
}

/** The exit code that an error deserves. */
export function errorExitCode(error: unknown): number {
  if (
    error instanceof InputError ||
    error instanceof WorkloadError ||
    error instanceof ReportError ||
    error instanceof HistoryError
  ) {
    return exitCodes.badInput;
  }
  if (error instanceof ClusterError) {
    return error.code === "E_INTERRUPTED" ? exitCodes.interrupted : exitCodes.environment;
  }
  if (isDiskFull(error)) return exitCodes.environment;
  return exitCodes.ourBug;
}

/** What a person reads: one line, or with the stack where the fault is ours. */
export function formatError(error: unknown): string {
  return visible(textOf(error));
}

function textOf(error: unknown): string {
  if (errorExitCode(error) !== exitCodes.ourBug) {
    return `whitewater: ${error instanceof Error ? error.message : String(error)}${causes(error)}`;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `whitewater: this is a bug of Whitewater, please report it\n${stack}`;
}

function causes(error: unknown): string {
  const parts: string[] = [];
  for (let at = error; at instanceof Error && at.cause instanceof Error; at = at.cause) {
    parts.push(`\n  because: ${at.cause.message}`);
  }
  if (error instanceof AggregateError) {
    for (const inner of error.errors)
      parts.push(`\n  ${inner instanceof Error ? inner.message : inner}`);
  }
  return parts.join("");
}

function isDiskFull(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EIO"].includes(String(error.code))
  );
}
