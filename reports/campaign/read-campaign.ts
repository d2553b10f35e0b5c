import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { CampaignResult } from "../campaign.ts";
import { ledgerFile, parseLedger } from "./ledger.ts";
import { type Night, nightOf } from "./night.ts";

/** Earlier campaigns that a page tells of, at most. */
const nightsMax = 60;

/**
 * Reads the campaign of a folder, with runs that ended after `campaign.json` was last written. Null
 * where there is none that can be read.
 */
export async function readCampaign(folder: string): Promise<CampaignResult | null> {
  const text = await readFile(join(folder, "campaign.json"), "utf8").catch(() => "");
  const result = parseCampaign(text);
  if (result === null) return null;
  const ledger = parseLedger(await readFile(join(folder, ledgerFile), "utf8").catch(() => ""));
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
    return isCampaign(value) ? value : null;
  } catch {
    return null;
  }
}

function isCampaign(value: unknown): value is CampaignResult {
  return (
    typeof value === "object" &&
    value !== null &&
    "whitewater" in value &&
    value.whitewater === 1 &&
    "name" in value &&
    typeof value.name === "string" &&
    "runs" in value &&
    Array.isArray(value.runs)
  );
}
