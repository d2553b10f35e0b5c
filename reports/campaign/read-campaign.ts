import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { CampaignResult, PlannedCell } from "../campaign.ts";
import { readPlain } from "../read-plain.ts";
import { ledgerFile, parseLedger } from "./ledger.ts";
import { type Night, nightOf } from "./night.ts";
import { parseRun } from "./parse-run.ts";

/** Earlier campaigns that a page tells of, at most. */
const nightsMax = 60;

/** Some fifty thousand runs. */
const bytesMax = 256 * 2 ** 20;

/**
 * Reads the campaign of a folder, with runs that ended after `campaign.json` was last written. Null
 * where there is none that can be read.
 */
export async function readCampaign(folder: string): Promise<CampaignResult | null> {
  const text = await readPlain(join(folder, "campaign.json"), bytesMax);
  const result = parseCampaign(text ?? "");
  if (result === null) return null;
  const ledger = parseLedger((await readPlain(join(folder, ledgerFile), bytesMax)) ?? "");
  return ledger.length > result.runs.length ? { ...result, runs: ledger } : result;
}

/**
 * Campaigns of this name in the folders beside this one that began before it, in the order of time,
 * the latest sixty. Their `base` is relative to the folder.
 */
export async function readEarlierNights(
  folder: string,
  { name, startedAt }: Pick<CampaignResult, "name" | "startedAt">,
): Promise<Night[]> {
  const parent = dirname(folder);
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  const nights: Night[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name === basename(folder)) continue;
    const result = await readCampaign(join(parent, entry.name));
    if (result === null || result.name !== name || result.startedAt >= startedAt) continue;
    nights.push(nightOf(result, `../${encodeURIComponent(entry.name)}/`));
  }
  return nights.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1)).slice(-nightsMax);
}

function parseCampaign(text: string): CampaignResult | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isCampaign(value)) return null;
    const runs = value.runs.flatMap((run) => parseRun(run) ?? []);
    const { whitewater, name, startedAt, durationMs } = value;
    return { whitewater, name, startedAt, durationMs, planned: plannedIn(value), runs };
  } catch {
    return null;
  }
}

type Unread = Omit<CampaignResult, "runs"> & { readonly runs: readonly unknown[] };

function isCampaign(value: unknown): value is Unread {
  if (typeof value !== "object" || value === null) return false;
  const { whitewater, name, startedAt, durationMs, runs } = value as Record<string, unknown>;
  return (
    whitewater === 1 &&
    typeof name === "string" &&
    typeof startedAt === "string" &&
    typeof durationMs === "number" &&
    Array.isArray(runs)
  );
}

function plannedIn({ planned }: Unread): PlannedCell[] {
  if (!Array.isArray(planned)) return [];
  return planned.filter(
    (cell: Partial<PlannedCell> | null) =>
      cell !== null &&
      [cell.workload, cell.schedule, cell.subject].every((name) => typeof name === "string") &&
      typeof cell.runs === "number",
  );
}
