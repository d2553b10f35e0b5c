import type { Verdict } from "porcupine-ts";

/** A sign for each verdict, so that none is told by colour alone. */
export const verdictMarks: Readonly<Record<Verdict, string>> = {
  valid: "✓",
  invalid: "✕",
  unknown: "?",
  vacuous: "○",
};
