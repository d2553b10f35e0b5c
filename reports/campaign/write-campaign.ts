import { join } from "node:path";
import type { CampaignResult } from "../campaign.ts";
import { renderCampaignPage } from "../campaign-page.ts";
import { writeCampaignTwins } from "../twins/write.ts";
import { writeWhole } from "../write-whole.ts";
import type { Night } from "./night.ts";

export type WriteCampaign = (result: CampaignResult, isLast: boolean) => Promise<void>;

/**
 * Writes the whole campaign after a run, unless writing would take more than a twentieth of the time:
 * with many thousands of runs each run costs more to write than to simulate. The ledger has them all.
 */
export function campaignWriter(folder: string, earlier: readonly Night[]): WriteCampaign {
  let dueMs = 0;
  return async (result, isLast) => {
    const beganMs = performance.now();
    if (!isLast && beganMs < dueMs) return;
    await writeCampaign(folder, result, earlier);
    const endedMs = performance.now();
    dueMs = endedMs + (endedMs - beganMs) * 20;
  };
}

async function writeCampaign(
  folder: string,
  result: CampaignResult,
  earlier: readonly Night[],
): Promise<void> {
  const page = await renderCampaignPage({ result, earlier, server: null, now: null });
  await writeWhole(join(folder, "campaign.json"), `${JSON.stringify(result, null, 1)}\n`);
  await writeWhole(join(folder, "index.html"), page.html);
  await writeCampaignTwins(folder, result);
}
