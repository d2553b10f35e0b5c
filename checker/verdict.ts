/** The answer of a checker, and of a run. `vacuous`: nothing was proven, whatever was seen. */
export type Verdict = "valid" | "invalid" | "unknown" | "vacuous";

const worstFirst: readonly Verdict[] = ["invalid", "unknown", "vacuous", "valid"];

/** The worst of several verdicts: invalid > unknown > vacuous > valid. Of none: `vacuous`. */
export function mergeVerdicts(verdicts: readonly Verdict[]): Verdict {
  return worstFirst.find((verdict) => verdicts.includes(verdict)) ?? "vacuous";
}
