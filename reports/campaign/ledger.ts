import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { CampaignRun } from "../campaign.ts";
import { parseRun } from "./parse-run.ts";

/**
 * A campaign's runs as they end, one JSON line each: `progress.jsonl`. Appended at once, so that a
 * campaign that is killed has lost nothing, and that whoever follows it reads only what is new.
 */
export const ledgerFile = "progress.jsonl";

/** Throws where the file cannot be written. */
export function appendToLedger(folder: string, run: CampaignRun): void {
  appendFileSync(join(folder, ledgerFile), `${JSON.stringify(run)}\n`);
}

/** The whole lines of a ledger's text; a torn last line and damaged ones are left out. */
export function parseLedger(text: string): CampaignRun[] {
  return text.split("\n").flatMap((line) => {
    try {
      return parseRun(JSON.parse(line)) ?? [];
    } catch {
      return [];
    }
  });
}
