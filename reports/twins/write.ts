import { join } from "node:path";
import type { CampaignResult } from "../campaign.ts";
import type { RunResult } from "../result.ts";
import type { ViewModel } from "../view-model.ts";
import { writeWhole } from "../write-whole.ts";
import { formatCampaignMarkdown } from "./campaign-markdown.ts";
import { formatCtrf } from "./ctrf.ts";
import { formatJUnit } from "./junit.ts";
import { formatRunMarkdown } from "./run-markdown.ts";
import { type Suite, suiteOfCampaign, suiteOfRun } from "./suite.ts";

/** Writes `report.md`, `junit.xml` and `ctrf.json` beside the page of a run. */
export async function writeRunTwins(
  folder: string,
  result: RunResult,
  view: Pick<ViewModel, "focuses" | "evidence">,
): Promise<void> {
  await writeWhole(join(folder, "report.md"), formatRunMarkdown(result, view));
  await writeSuite(folder, suiteOfRun(result, view.focuses[0]?.class));
}

/** Writes `report.md`, `junit.xml` and `ctrf.json` beside the index of a campaign. */
export async function writeCampaignTwins(folder: string, campaign: CampaignResult): Promise<void> {
  await writeWhole(join(folder, "report.md"), formatCampaignMarkdown(campaign));
  await writeSuite(folder, suiteOfCampaign(campaign));
}

async function writeSuite(folder: string, suite: Suite): Promise<void> {
  await writeWhole(join(folder, "junit.xml"), formatJUnit(suite));
  await writeWhole(join(folder, "ctrf.json"), formatCtrf(suite));
}
