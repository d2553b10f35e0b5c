import type { Budget, Checker, CheckOptions, CheckResult } from "../checker.ts";
import { anomalyAt, describeRow, Findings } from "../evidence/findings.ts";
import { Impossible, lastAbsences, SetTimeline } from "../evidence/sets.ts";
import { timelines } from "../evidence/timelines.ts";
import { never, type Operations } from "../operations.ts";
import { operationsOf } from "../operations-of.ts";
import { plural } from "../plural.ts";

/**
 * A set that only grows, judged by its final reads: `add` of one element, `read` of all of them
 * (`append` counts as `add`, so lists can be judged too). Each key is a set of its own.
 *
 * The final reads of a key are those called after every add that returned; without one, the last read.
 * `invalid`: a final read lacks an element whose add had been acknowledged before it was called (`lost` if
 * the last of them lacks it, else `stale`), lists one more often than it was added (`duplicated`: an
 * `add` counts once, each `append` counts), or lists one that nobody had added by then (`phantom`; an add
 * that failed added nothing). An add with unknown outcome may be there or not (`recovered` if it is).
 * `vacuous`: no acknowledged element was looked for. Other functions are passed over.
 */
export const checker: Checker = {
  name: "set",
  summary: "final reads of a set hold what was added: nothing lost, duplicated or made up",
  options: {},
  required: [],
  check: (ops, options, budget) => checkOperations(operationsOf(ops), options, budget),
  checkOperations,
};

type Counts = {
  attempts: number;
  acknowledged: number;
  finalReads: number;
  judged: number;
  lost: number;
  stale: number;
  duplicated: number;
  phantom: number;
  recovered: number;
};

function checkOperations(operations: Operations, _: CheckOptions, __: Budget): CheckResult {
  const findings = new Findings();
  const counts: Counts = {
    attempts: 0,
    acknowledged: 0,
    finalReads: 0,
    judged: 0,
    lost: 0,
    stale: 0,
    duplicated: 0,
    phantom: 0,
    recovered: 0,
  };
  for (const timeline of timelines(operations)) {
    const set = new SetTimeline(operations, timeline);
    if (set.isSet) judge(operations, set, findings, counts);
  }
  const { judged, lost, stale, duplicated, phantom, recovered, acknowledged } = counts;
  const wrong = `${lost} lost, ${stale} stale, ${duplicated} duplicated, ${phantom} phantom`;
  const [first] = findings.anomalies;
  const stats = { ...counts };
  if (first !== undefined) {
    const summary = `of ${plural(acknowledged, "acknowledged element")}: ${wrong}; op ${first.operation}: expected ${first.expected}`;
    return { verdict: "invalid", summary, anomalies: findings.anomalies, stats };
  }
  if (judged === 0) {
    const summary = "no read looked for an acknowledged element";
    return { verdict: "vacuous", summary, anomalies: [], stats };
  }
  const summary = `${judged} of ${plural(acknowledged, "acknowledged element")} looked for and there, ${recovered} of unknown outcome too`;
  return { verdict: "valid", summary, anomalies: [], stats };
}

function judge(operations: Operations, set: SetTimeline, findings: Findings, counts: Counts): void {
  const { call, return: returned } = operations;
  const reads = finalReads(operations, set);
  const impossible = new Impossible(operations, set, findings);
  for (const read of reads) impossible.inspect(read);

  /** The last of the final reads that lists it, or -1. By element, like what follows. */
  const presentAt = new Int32Array(set.elements.count).fill(-1);
  for (const read of reads) for (const element of set.listAt(read)) presentAt[element] = read;
  const absentAt = lastAbsences(operations, set, { reads, knownBy: set.acknowledged });
  const lastCall = call[reads.at(-1) ?? -1] ?? -1;
  for (let element = 0; element < absentAt.length; element++) {
    const add = set.acknowledged[element] ?? -1;
    const [absent = -1, present = -1] = [absentAt[element], presentAt[element]];
    if ((set.firstAdd[element] ?? -1) >= 0) counts.attempts++;
    if (add >= 0) counts.acknowledged++;
    else if (present >= 0 && (set.firstAdd[element] ?? -1) >= 0) counts.recovered++;
    if (add >= 0 && (returned[add] ?? never) < lastCall) counts.judged++;
    if (absent < 0) continue;
    const isLost = absent > present;
    if (isLost) counts.lost++;
    else counts.stale++;
    findings.add(() =>
      anomalyAt(operations, absent, {
        kind: isLost ? "lost-write" : "stale-read",
        related: isLost ? [add] : [add, present],
        expected: `${set.elements.text(element)}, which was acknowledged before (${describeRow(operations, add)})`,
        observed: describeRow(operations, absent),
      }),
    );
  }
  counts.finalReads += reads.length;
  counts.duplicated += impossible.duplicated.size;
  counts.phantom += impossible.phantom.size;
}

function finalReads({ call }: Operations, { reads, lastReturn }: SetTimeline): number[] {
  const final = reads.filter((read) => (call[read] ?? 0) > lastReturn);
  return final.length > 0 ? final : reads.slice(-1);
}
