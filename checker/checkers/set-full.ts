import type { Budget, Checker, CheckOptions, CheckResult } from "../checker.ts";
import { anomalyAt, describeRow, Findings } from "../evidence/findings.ts";
import { quantilesOf } from "../evidence/quantiles.ts";
import { Impossible, lastAbsences, SetTimeline } from "../evidence/sets.ts";
import { timelines } from "../evidence/timelines.ts";
import { never, type Operations } from "../operations.ts";
import { operationsOf } from "../operations-of.ts";
import { plural } from "../plural.ts";

/**
 * A set that only grows, judged by every read: what became of each element over time. Functions as for
 * `set`: `add` (or `append`) and `read`; each key is a set of its own.
 *
 * An element is *known* once its add was acknowledged or a read that lists it returned. A read called
 * after that must list it. One that does not makes the element `lost` if every read that lists it had
 * returned by then, else `stale`: for at least the time from when it was known to the call of the last read
 * that lacks it. `stable`: some read lists it and it is not lost; `neverRead`: acknowledged, and no read
 * was called after.
 *
 * `invalid`: something is lost, listed more often than it was added, listed though nobody had added it by
 * then, or, with `linearizable`, stale. A store that is slow to the end of the history cannot be told from
 * one that lost an element: let it settle before the last reads. `vacuous`: no read could have shown or
 * lacked a known element. Linear in the operations and the elements that reads list.
 */
export const checker: Checker = {
  name: "set-full",
  summary:
    "every read of a set, element by element: lost, stale and for how long, duplicated, made up",
  options: {
    linearizable: {
      type: "boolean",
      default: false,
      description: "whether an element that is late to show is a violation",
    },
  },
  required: [],
  check: (ops, options, budget) => checkOperations(operationsOf(ops), options, budget),
  checkOperations,
};

const nsPerMs = 1_000_000;

class Counts {
  attempts: number = 0;
  acknowledged: number = 0;
  stable: number = 0;
  stale: number = 0;
  lost: number = 0;
  neverRead: number = 0;
  recovered: number = 0;
  duplicated: number = 0;
  phantom: number = 0;
}

function checkOperations(operations: Operations, options: CheckOptions, _: Budget): CheckResult {
  const isStrict = options["linearizable"] === true;
  const findings = new Findings();
  const counts = new Counts();
  const staleMs: number[] = [];
  for (const timeline of timelines(operations)) {
    const set = new SetTimeline(operations, timeline);
    if (!set.isSet) continue;
    const impossible = new Impossible(operations, set, findings);
    for (const read of set.reads) impossible.inspect(read);
    counts.duplicated += impossible.duplicated.size;
    counts.phantom += impossible.phantom.size;
    classify(operations, set, { counts, staleMs, findings, isStrict });
  }
  const { acknowledged, stable, lost, stale, duplicated, phantom } = counts;
  const stats = { ...counts, staleMs: quantilesOf(staleMs) };
  const wrong = `${lost} lost, ${stale} stale, ${duplicated} duplicated, ${phantom} phantom`;
  const [first] = findings.anomalies;
  if (first !== undefined) {
    const summary = `of ${plural(acknowledged, "acknowledged element")}: ${wrong}; op ${first.operation}: expected ${first.expected}`;
    return { verdict: "invalid", summary, anomalies: findings.anomalies, stats };
  }
  if (stable === 0) {
    const summary = "no read looked for an element that was known";
    return { verdict: "vacuous", summary, anomalies: [], stats };
  }
  const worst = stats.staleMs === null ? "" : ` for up to ${Math.round(stats.staleMs.max)} ms`;
  const late = stale === 0 ? "none of them late" : `${stale} of them stale${worst}`;
  const summary = `${plural(stable, "element was", "elements were")} read and none was lost, ${late}; ${plural(counts.neverRead, "acknowledged one was", "acknowledged ones were")} never looked for`;
  return { verdict: "valid", summary, anomalies: [], stats };
}

type Tally = {
  readonly counts: Counts;
  readonly staleMs: number[];
  readonly findings: Findings;
  readonly isStrict: boolean;
};

function classify(operations: Operations, set: SetTimeline, tally: Tally): void {
  const { call, return: returned, callTime, returnTime } = operations;
  const { counts, staleMs, findings, isStrict } = tally;
  const { knownBy, presentAt } = sightings(operations, set);
  const absentAt = lastAbsences(operations, set, { reads: set.reads, knownBy });
  for (let element = 0; element < absentAt.length; element++) {
    const known = knownBy[element] ?? -1;
    const isAcknowledged = (set.acknowledged[element] ?? -1) >= 0;
    if ((set.firstAdd[element] ?? -1) < 0) continue;
    counts.attempts++;
    if (isAcknowledged) counts.acknowledged++;
    if (known < 0) continue;
    const [absent = -1, present = -1] = [absentAt[element], presentAt[element]];
    if (!isAcknowledged) counts.recovered++;
    if (absent < 0 && present < 0) counts.neverRead++;
    else if (absent < 0) counts.stable++;
    if (absent < 0) continue;
    const isLost = present < 0 || (returned[present] ?? never) < (call[absent] ?? 0);
    if (isLost) counts.lost++;
    else {
      counts.stable++;
      counts.stale++;
      staleMs.push(((callTime[absent] ?? NaN) - (returnTime[known] ?? NaN)) / nsPerMs);
      if (!isStrict) continue;
    }
    findings.add(() =>
      anomalyAt(operations, absent, {
        kind: isLost ? "lost-write" : "stale-read",
        related: isLost ? [set.firstAdd[element] ?? -1, known] : [known, present],
        expected: `${set.elements.text(element)}, known before (${describeRow(operations, known)})`,
        observed: describeRow(operations, absent),
      }),
    );
  }
}

type Sightings = {
  /** Row of the acknowledgement or read by whose return the element was known first; -1 for none. */
  readonly knownBy: Int32Array;
  /** Row of the read that lists it and returned last; -1 for none. */
  readonly presentAt: Int32Array;
};

function sightings({ return: returned }: Operations, set: SetTimeline): Sightings {
  for (const read of set.reads) set.listAt(read);
  const knownBy = Int32Array.from(set.acknowledged);
  const presentAt = new Int32Array(knownBy.length).fill(-1);
  for (const read of set.reads) {
    const at = returned[read] ?? never;
    for (const element of set.listAt(read)) {
      const known = knownBy[element] ?? -1;
      const present = presentAt[element] ?? -1;
      if (known < 0 || at < (returned[known] ?? never)) knownBy[element] = read;
      if (present < 0 || at > (returned[present] ?? never)) presentAt[element] = read;
    }
  }
  return { knownBy, presentAt };
}
