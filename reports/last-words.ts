import type { CheckerResult } from "./result.ts";

/** The last lines of the log of a node that ended by itself, oldest first. */
export type LastWords = { readonly node: string; readonly lines: readonly string[] };

/** By node, as the driver of real processes has kept them; empty in a simulation, which keeps the error. */
export function lastWords(checks: readonly CheckerResult[]): LastWords[] {
  return checks
    .filter(({ checker, verdict }) => checker === "exits" && verdict === "invalid")
    .flatMap(({ stats }) => Object.entries(stats?.["lastLines"] ?? {}))
    .map(([node, lines]) => ({ node, lines: Array.isArray(lines) ? lines.map(String) : [] }));
}
