import { join } from "node:path";
import type { ComparedRun, Listing } from "../campaign/page-data.ts";
import { readCampaign, readEarlierNights } from "../campaign/read-campaign.ts";
import { readDigest, readResultFile } from "../campaign/read-digest.ts";
import { type ManyPage, renderMany } from "../campaign/render-many.ts";
import { renderCampaignPage } from "../campaign-page.ts";
import { plural } from "../describe.ts";
import { escapeHtml } from "../html.ts";
import { readNow } from "./read-now.ts";
import { isPlainFolder } from "./store-file.ts";
import { storeHref } from "./store-path.ts";

// The pages that the server draws itself.

export function renderHome(store: string, listing: Listing): Promise<ManyPage> {
  const { campaigns, runs } = listing;
  const title = `${plural(campaigns.length, "campaign")}, ${plural(runs.length, "single run")}`;
  return renderMany({
    title: `Whitewater: ${title}`,
    header: `<header class="verdict"><h1>${escapeHtml(title)}</h1>
<ul class="facts"><li>${escapeHtml(store)}</li></ul></header>`,
    data: { kind: "home", listing, events: "/events" },
  });
}

/** Live: it hears of runs that end while it is open. Null when the folder holds no campaign. */
export async function renderLiveCampaign(
  folder: string,
  names: readonly string[],
): Promise<ManyPage | null> {
  const result = await readCampaign(folder);
  if (result === null) return null;
  const query = new URLSearchParams({ path: names.join("/"), from: String(result.runs.length) });
  return renderCampaignPage({
    result,
    // The store itself is a campaign: what lies beside it is none of ours.
    earlier: names.length === 0 ? [] : await readEarlierNights(folder, result),
    server: { events: `/events/campaign?${query}`, home: "/" },
    now: await readNow(folder),
  });
}

/** Null when one of the folders holds no finished run. */
export async function renderCompare(
  left: { readonly folder: string; readonly names: readonly string[] },
  right: { readonly folder: string; readonly names: readonly string[] },
): Promise<ManyPage | null> {
  const [a, b] = await Promise.all([readCompared(left), readCompared(right)]);
  if (a === null || b === null) return null;
  return renderMany({
    title: "Whitewater: two runs",
    header: "",
    data: { kind: "compare", home: "/", left: a, right: b },
  });
}

async function readCompared(of: {
  readonly folder: string;
  readonly names: readonly string[];
}): Promise<ComparedRun | null> {
  const result = await readResultFile(join(of.folder, "result.json"));
  if (result === null || !(await isPlainFolder(of.folder))) return null;
  const { workload, subject, bug, driver, seed, verdict, sentence, startedAt } = result;
  const { durationMs, operations, environment } = result;
  return {
    report: storeHref(...of.names, "report.html"),
    run: {
      ...{ workload, subject, bug, driver, seed, verdict, sentence, startedAt },
      ...{ durationMs, operations },
      schedule: scheduleOf(result.repeat),
      runDir: null,
      digest: await readDigest(of.folder, result),
      ...(environment.length === 0 ? {} : { environment: environment.join("; ") }),
    },
  };
}

/** The command that repeats a run says which schedule took the place of the workload's own. */
function scheduleOf(repeat: string): string {
  return /--nemesis (\S+)/.exec(repeat)?.[1] ?? "own";
}
