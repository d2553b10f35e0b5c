import { printable } from "../describe.ts";

const sentenceMax = 350;

/** One sentence of at most about 350 characters of clauses in order of weight: what does not fit is left out. */
export function joined(clauses: readonly string[]): string {
  let sentence = "";
  for (const clause of clauses.map(printable)) {
    if (clause === "") continue;
    const longer = sentence === "" ? clause : `${sentence}; ${clause}`;
    if (sentence !== "" && longer.length >= sentenceMax) continue;
    sentence = longer;
  }
  return `${sentence}.`;
}
