import type { Checker, CheckOptions, CheckResult } from "../checker.ts";
import type { Op } from "../history.ts";
import { pairOperations } from "../pairing.ts";

/** Functions that only look; every other one is a mutation. */
const reads: ReadonlySet<string> = new Set(["get", "read"]);

type Count = { invoke: number; ok: number; fail: number; info: number };

/**
 * Counts client operations by `f` and by what became of them, and says whether the run did enough to
 * prove anything: `vacuous` with fewer acknowledged mutations than `okAtLeast`, or without an
 * acknowledged read where reads were invoked.
 */
export const checker: Checker = {
  name: "stats",
  summary: "counts, and whether enough was done to prove anything",
  options: {
    okAtLeast: {
      type: "integer",
      minimum: 0,
      default: 100,
      description: "acknowledged mutations without which the run is vacuous",
    },
  },
  required: [],
  check,
};

function check(ops: readonly Op[], options: CheckOptions): CheckResult {
  pairOperations(ops);
  if (ops.length === 0) {
    return { verdict: "unknown", summary: "the history is empty", anomalies: [] };
  }
  const byFunction: Record<string, Count> = {};
  for (const { process, f, type } of ops) {
    if (process === "nemesis") continue;
    byFunction[f] ??= { invoke: 0, ok: 0, fail: 0, info: 0 };
    byFunction[f][type] += 1;
  }
  const okAtLeast = typeof options["okAtLeast"] === "number" ? options["okAtLeast"] : 100;
  const entries = Object.entries(byFunction);
  const mutations = entries.filter(([f]) => !reads.has(f));
  const okMutations = mutations.reduce((sum, [, count]) => sum + count.ok, 0);
  const readCounts = entries.filter(([f]) => reads.has(f)).map(([, count]) => count);
  const isBlind = readCounts.length > 0 && readCounts.every(({ ok }) => ok === 0);

  const missing: string[] = [];
  if (okMutations < okAtLeast) {
    missing.push(`${okMutations} acknowledged mutations, ${okAtLeast} wanted`);
  }
  if (isBlind) missing.push("no read was acknowledged");
  return {
    verdict: missing.length === 0 ? "valid" : "vacuous",
    summary: missing.length === 0 ? summarize(entries) : `too little: ${missing.join("; ")}`,
    anomalies: missing.map((observed) => ({ kind: "too-little", related: [], observed })),
    stats: { byFunction, okMutations, okAtLeast },
  };
}

function summarize(entries: readonly (readonly [string, Count])[]): string {
  return entries
    .map(([f, { ok, fail, info }]) => `${f}: ${ok} ok, ${fail} fail, ${info} info`)
    .join("; ");
}
