import type { Verdict } from "porcupine-ts";

/** Exit codes of every command (fixed: scripts depend on them). */
export const exitCodes = {
  valid: 0,
  invalid: 1,
  unknown: 2,
  vacuous: 3,
  badInput: 64,
  environment: 69,
  ourBug: 70,
  interrupted: 130,
} as const;

/** An anomaly that was found is never hidden by what went wrong afterwards. */
const precedence: readonly number[] = [1, 130, 70, 69, 2, 3, 0];

/** The code to exit with where several hold: 1 > 130 > 70 > 69 > 2 > 3 > 0. */
export function worstExitCode(codes: readonly number[]): number {
  return precedence.find((code) => codes.includes(code)) ?? exitCodes.vacuous;
}

/** The codes that a finished run deserves. */
export function runExitCode(run: {
  readonly verdict: Verdict;
  readonly interrupted: boolean;
  readonly environment: readonly string[];
}): number {
  return worstExitCode([
    exitCodes[run.verdict],
    ...(run.interrupted ? [exitCodes.interrupted] : []),
    ...(run.environment.length > 0 ? [exitCodes.environment] : []),
  ]);
}
