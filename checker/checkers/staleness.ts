import type { Anomaly, Budget, Checker, CheckOptions, CheckResult } from "../checker.ts";
import { anomalyAt, describeRow } from "../evidence/findings.ts";
import { type Quantiles, quantilesOf } from "../evidence/quantiles.ts";
import { findStaleReads, type StaleRead } from "../evidence/stale-reads.ts";
import { timelines } from "../evidence/timelines.ts";
import { emptyVersions, findVersions, roles } from "../evidence/versions.ts";
import type { Operations } from "../operations.ts";
import { operationsOf } from "../operations-of.ts";
import { plural } from "../plural.ts";

/**
 * How stale reads were: the diagnosis of a store that is eventually consistent.
 *
 * A read is stale when a newer version was known before it was called: some operation that made or saw one
 * had returned. It is stale by the number of newer versions known by then, and by the time from when the
 * first of them was known to the call; both are least values, the truth may be more. Which
 * version is newer is known as for `session-guarantees`: by version (numbers that nobody saw count
 * too), by length for lists, by real time for registers of values written once.
 *
 * `invalid`: a read was staler than `versionsMax` or `withinMs` allow. `valid`: none was; without bounds, only
 * if no read was stale at all. `unknown`: some were, and no bound says whether they may, or a bound is
 * in time and the history has none. `vacuous`: no read's version is known. No read of a linearizable
 * history is stale.
 */
export const checker: Checker = {
  name: "staleness",
  summary: "by how many versions and how long reads were behind what was known",
  options: {
    versionsMax: {
      type: "integer",
      minimum: 0,
      description: "versions that a read may be behind",
    },
    withinMs: {
      type: "number",
      minimum: 0,
      description: "time for which a version may still be read after a newer one was known",
    },
  },
  required: [],
  check: (ops, options, budget) => checkOperations(operationsOf(ops), options, budget),
  checkOperations,
};

const worstCount = 10;
const anomaliesMax = 20;

function checkOperations(operations: Operations, options: CheckOptions, _: Budget): CheckResult {
  const versionsMax = boundOf(options["versionsMax"]);
  const withinMs = boundOf(options["withinMs"]);
  const stale: StaleRead[] = [];
  const versions = emptyVersions(operations);
  let reads = 0;
  for (const timeline of timelines(operations)) {
    const order = findVersions(operations, timeline, versions);
    if (order === null) continue;
    for (const row of timeline.calls) if (versions.role[row] === roles.read) reads++;
    for (const read of findStaleReads(operations, { timeline, versions, order })) stale.push(read);
  }
  const beyond = stale.filter(
    (read) => read.versions > (versionsMax ?? Infinity) || read.ms > (withinMs ?? Infinity),
  );
  const stats = {
    reads,
    stale: stale.length,
    share: reads === 0 ? 0 : stale.length / reads,
    beyond: beyond.length,
    versions: quantilesOf(stale.map((read) => read.versions)),
    ms: quantilesOf(stale.map((read) => read.ms)),
    worst: worstFirst(stale)
      .slice(0, worstCount)
      .map(({ row, versions: behind, ms }) => {
        return { operation: operations.index[row] ?? 0, versions: behind, ms: orNull(ms) };
      }),
  };
  if (reads === 0) {
    const summary = "no read's version is known";
    return { verdict: "vacuous", summary, anomalies: [], stats };
  }
  const told = tell(stats);
  if (beyond.length > 0) {
    const bounds = describeBounds(versionsMax, withinMs);
    return {
      verdict: "invalid",
      summary: `${plural(beyond.length, "read was", "reads were")} staler than ${bounds}: ${told}`,
      anomalies: worstFirst(beyond)
        .slice(0, anomaliesMax)
        .map((read) => describe(operations, read)),
      stats,
    };
  }
  const isBounded = versionsMax !== null || withinMs !== null;
  const hasNoTimes = withinMs !== null && stale.some(({ ms }) => Number.isNaN(ms));
  if (stale.length === 0 || (isBounded && !hasNoTimes)) {
    return { verdict: "valid", summary: told, anomalies: [], stats };
  }
  const why = isBounded
    ? "the history has no times"
    : "no versionsMax or within says if they may be";
  return { verdict: "unknown", summary: `${told}; ${why}`, anomalies: [], stats };
}

function worstFirst(stale: readonly StaleRead[]): readonly StaleRead[] {
  return [...stale].sort((a, b) => b.versions - a.versions || a.row - b.row);
}

function boundOf(option: unknown): number | null {
  return typeof option === "number" ? option : null;
}

/** JSON has no NaN. */
function orNull(ms: number): number | null {
  return Number.isNaN(ms) ? null : ms;
}

type Figures = {
  readonly reads: number;
  readonly stale: number;
  readonly share: number;
  readonly versions: Quantiles | null;
  readonly ms: Quantiles | null;
};

function tell({ reads, stale, share, versions, ms }: Figures): string {
  if (versions === null) return `none of ${plural(reads, "read")} was stale`;
  const time = ms === null ? "" : ` and ${Math.round(ms.max)} ms (median ${Math.round(ms.p50)} ms)`;
  const most = `by up to ${plural(versions.max, "version")}${time}`;
  return `${stale} of ${plural(reads, "read")} (${(100 * share).toFixed(1)} %) ${stale === 1 ? "was" : "were"} stale, ${most}`;
}

function describeBounds(versionsMax: number | null, withinMs: number | null): string {
  const bounds: string[] = [];
  if (versionsMax !== null) bounds.push(plural(versionsMax, "version"));
  if (withinMs !== null) bounds.push(`${withinMs} ms`);
  return bounds.join(" or ");
}

function describe(operations: Operations, { row, since, versions, ms }: StaleRead): Anomaly {
  const time = Number.isNaN(ms) ? "" : `, ${Math.round(ms)} ms before`;
  return anomalyAt(operations, row, {
    kind: "stale-read",
    related: [since],
    expected: `what was known${time} (${describeRow(operations, since)}), or something newer`,
    observed: `${describeRow(operations, row)}, ${plural(versions, "version")} behind`,
  });
}
