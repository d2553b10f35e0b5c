import type { Anomaly } from "porcupine-ts";
import type { CheckerResult } from "../reports/result.ts";
import type { NodeName } from "./env/env.ts";
import type { Exit, ProcessExit } from "./exits.ts";

/** What Raft rests on: figure 2, State. */
const goesOn = "a node goes on from what it has on disk";

/** And on the way up there is not even a fault to go on from. */
const comesUp = "a node comes up";

/** That nodes ended by themselves. One that gives up at each of its starts is told once, with the first. */
export function exitsResult(
  exits: readonly (Exit & Partial<Pick<ProcessExit, "lastLines">>)[],
  { isUp }: { readonly isUp: boolean } = { isUp: true },
): CheckerResult {
  const first = new Map<string, Anomaly>();
  const lastLines: Record<NodeName, readonly string[]> = {};
  for (const { node, reason, atNs, isFatal, lastLines: lines } of exits) {
    const when = isUp ? "" : " before the cluster was up";
    const observed = `${node} ended by itself${when}: ${firstLine(reason)}`;
    if (first.has(observed)) continue;
    const expected = isFatal ? (isUp ? goesOn : comesUp) : "no error in a node's code ends it";
    const where = { time: atNs, nodes: [node] };
    first.set(observed, { kind: "gave-up", related: [], ...where, expected, observed });
    if (lines !== undefined) lastLines[node] ??= lines;
  }
  const anomalies = [...first.values()];
  const summary = anomalies.map(({ observed }) => observed).join("; ");
  const stats = Object.keys(lastLines).length === 0 ? {} : { stats: { lastLines } };
  return { checker: "exits", verdict: "invalid", summary, anomalies, ...stats, tookMs: 0 };
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
