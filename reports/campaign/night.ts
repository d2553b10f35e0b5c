import { type CampaignResult, type CellName, outcomeOf } from "../campaign.ts";
import { addCounts, cellKey, cellsOf, countOutcomes, type OutcomeCounts } from "./cells.ts";
import { gather, isSame } from "./same-signature.ts";
import type { Signature } from "./signature.ts";

/** One campaign as far as others of its name care: a night. */
export type Night = {
  /** Address of its folder as seen from the page, with a slash at the end; empty: the page's own. */
  readonly base: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly counts: OutcomeCounts;
  readonly cells: readonly { readonly name: CellName; readonly counts: OutcomeCounts }[];
  readonly signatures: readonly Sighting[];
  /** Of Whitewater; null when no run tells. */
  readonly commit: string | null;
};

/** How often a signature was seen in one night, with the first run that shows it. */
export type Sighting = {
  readonly signature: Signature;
  readonly count: number;
  readonly workload: string;
  readonly seed: number;
  readonly runDir: string | null;
};

export function nightOf(result: CampaignResult, base: string): Night {
  const { runs } = result;
  return {
    base,
    startedAt: result.startedAt,
    durationMs: result.durationMs,
    counts: countOutcomes(runs),
    cells: cellsOf(runs).map(({ name, counts }) => ({ name, counts })),
    signatures: sightingsOf(result),
    commit: runs.find(({ digest }) => digest !== undefined)?.digest?.provenance["commit"] ?? null,
  };
}

function sightingsOf({ runs }: CampaignResult): Sighting[] {
  const byText = new Map<string, Sighting>();
  for (const run of runs) {
    if (outcomeOf(run) !== "invalid") continue;
    for (const signature of run.digest?.signatures ?? []) {
      const { workload, seed, runDir } = run;
      const before = byText.get(signature.text) ?? { signature, workload, seed, runDir, count: 0 };
      byText.set(signature.text, { ...before, count: before.count + 1 });
    }
  }
  return [...byText.values()];
}

/** An anomaly over all nights. */
export type AnomalyGroup = {
  readonly signature: Signature;
  readonly count: number;
  /** Nights in which it was seen, of all. */
  readonly nights: number;
  readonly first: SeenAt;
  readonly last: SeenAt;
  /** It is seen in the latest night. */
  readonly isCurrent: boolean;
  /** It is seen in the latest night only, and there were others. */
  readonly isNew: boolean;
};

export type SeenAt = Omit<Sighting, "signature" | "count"> & {
  readonly startedAt: string;
  readonly base: string;
};

/** What was seen last goes first, then what was seen most. `nights` in the order of time. */
export function anomalyGroups(nights: readonly Night[]): AnomalyGroup[] {
  const groups = new Map<string, AnomalyGroup>();
  const all = nights.flatMap(({ signatures }) => signatures.map(({ signature }) => signature));
  const groupOf = gather(all);
  for (const [position, night] of nights.entries()) {
    const isCurrent = position === nights.length - 1;
    // Before this night: within one, a group may have several signatures of earlier versions.
    const known = [...groups.values()];
    for (const { signature: sighted, count, ...run } of night.signatures) {
      const signature = groupOf(sighted);
      const seen = { ...run, startedAt: night.startedAt, base: night.base };
      const before = groups.get(signature.text);
      const isAgain = before !== undefined && known.some((group) => group.signature === signature);
      const isKnown = known.some((group) => isSame(group.signature, signature));
      groups.set(signature.text, {
        signature,
        count: (before?.count ?? 0) + count,
        nights: (before?.nights ?? 0) + (before === undefined || isAgain ? 1 : 0),
        first: before?.first ?? seen,
        last: seen,
        isCurrent,
        isNew: isCurrent && !isKnown && nights.length > 1,
      });
    }
  }
  return [...groups.values()].sort(
    (a, b) =>
      Number(b.isCurrent) - Number(a.isCurrent) ||
      (b.last.startedAt < a.last.startedAt ? -1 : b.last.startedAt > a.last.startedAt ? 1 : 0) ||
      b.count - a.count,
  );
}

/** The counts of each cell over all nights, by `cellKey`. */
export function cellsOverNights(nights: readonly Night[]): Map<string, OverNights> {
  const sums = new Map<string, OverNights>();
  for (const { cells } of nights) {
    for (const { name, counts } of cells) {
      const key = cellKey(name);
      const before = sums.get(key);
      sums.set(key, {
        name,
        key,
        counts: addCounts(before?.counts ?? {}, counts),
        nights: (before?.nights ?? 0) + 1,
      });
    }
  }
  return sums;
}

export type OverNights = {
  readonly name: CellName;
  readonly key: string;
  readonly counts: OutcomeCounts;
  /** Nights that had the cell. */
  readonly nights: number;
};
