import type { ListedCampaign } from "./page-data.ts";
import { isSame } from "./same-signature.ts";

/** One campaign night after night, as the home of a store shows it. */
export type Trend = {
  readonly name: string;
  /** The folder that the nights lie in, below the store. */
  readonly folder: string;
  /** In the order of time, at least one. */
  readonly nights: readonly TrendNight[];
};

export type TrendNight = {
  readonly campaign: ListedCampaign;
  /** Signatures that no night before has shown; none of the first night is new. */
  readonly fresh: readonly ListedSignature[];
  /** Signatures of the night before that this one has not shown. */
  readonly gone: readonly ListedSignature[];
  /** Its duration by that of the night before; null for the first. */
  readonly durationRatio: number | null;
};

export type ListedSignature = ListedCampaign["signatures"][number];

/** Campaigns of one name that lie side by side are nights of one trend. Latest night first. */
export function trendsOf(campaigns: readonly ListedCampaign[]): Trend[] {
  const groups = new Map<string, ListedCampaign[]>();
  for (const campaign of campaigns) {
    const key = JSON.stringify([folderOf(campaign), campaign.name]);
    groups.set(key, [...(groups.get(key) ?? []), campaign]);
  }
  return [...groups.values()].map(trendOf).sort((a, b) => (startOf(a) < startOf(b) ? 1 : -1));
}

/** What each night is in its trend, by the path of the campaign. */
export function nightsByPath(trends: readonly Trend[]): Map<string, TrendNight> {
  return new Map(
    trends.flatMap(({ nights }) => nights.map((night) => [night.campaign.path, night] as const)),
  );
}

function folderOf({ path }: ListedCampaign): string {
  return path.split("/").slice(0, -1).join("/");
}

function startOf({ nights }: Trend): string {
  return nights.at(-1)?.campaign.startedAt ?? "";
}

function trendOf(campaigns: readonly ListedCampaign[]): Trend {
  const [first] = campaigns as readonly [ListedCampaign, ...ListedCampaign[]];
  const seen: ListedSignature[] = [];
  const nights: TrendNight[] = [];
  for (const campaign of [...campaigns].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1))) {
    const before = nights.at(-1)?.campaign;
    const { signatures } = campaign;
    const without = (those: readonly ListedSignature[]) => (one: ListedSignature) =>
      !those.some((other) => isSame(one, other));
    nights.push({
      campaign,
      fresh: before === undefined ? [] : signatures.filter(without(seen)),
      gone: (before?.signatures ?? []).filter(without(signatures)),
      durationRatio:
        before === undefined || before.durationMs <= 0
          ? null
          : campaign.durationMs / before.durationMs,
    });
    seen.push(...signatures.filter(({ text }) => seen.every((one) => one.text !== text)));
  }
  return { name: first.name, folder: folderOf(first), nights };
}
