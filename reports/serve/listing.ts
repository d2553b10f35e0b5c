import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { countOutcomes } from "../campaign/cells.ts";
import { ledgerFile } from "../campaign/ledger.ts";
import { nightOf } from "../campaign/night.ts";
import { nowFile } from "../campaign/now.ts";
import type { ListedCampaign, ListedRun, Listing } from "../campaign/page-data.ts";
import { readCampaign } from "../campaign/read-campaign.ts";
import { readResultFile } from "../campaign/read-digest.ts";
import type { CampaignResult } from "../campaign.ts";
import type { RunResult } from "../result.ts";
import { readNow } from "./read-now.ts";
import { isName, storeHref } from "./store-path.ts";

/** Folders below the store that are looked into for runs and campaigns. */
const depthMax = 3;

/** Looks through a store; what has not changed since the last look is not read again. */
export class StoreScanner {
  readonly #store: string;
  #scanning: Promise<Listing> | null = null;
  readonly #cache = new Map<string, { stamp: string; found: Found }>();

  constructor(store: string) {
    this.#store = store;
  }

  /** Newest first. Whoever asks while it looks gets what it finds. */
  scan(): Promise<Listing> {
    this.#scanning ??= this.#scan().finally(() => {
      this.#scanning = null;
    });
    return this.#scanning;
  }

  async #scan(): Promise<Listing> {
    const found: Found[] = [];
    await this.#look([], found);
    const campaigns = found.flatMap(({ campaign }) => campaign ?? []);
    const runs = found.flatMap(({ run }) => run ?? []);
    return {
      campaigns: campaigns.sort(newestFirst),
      runs: runs.sort(newestFirst),
      now: found.flatMap(({ now }) => now ?? []),
      unreadable: found.flatMap(({ unreadable }) => unreadable ?? []).sort(),
    };
  }

  async #look(names: readonly string[], found: Found[]): Promise<void> {
    const folder = join(this.#store, ...names);
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const files = new Set(entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])));
    if (["campaign.json", "result.json", nowFile].some((file) => files.has(file))) {
      found.push(await this.#read(names, folder));
      return;
    }
    if (names.length >= depthMax) return;
    for (const entry of entries) {
      // Links are left out: they may lead out of the store, or in circles. So is what would not be served.
      if (!entry.isDirectory() || !isName(entry.name)) continue;
      await this.#look([...names, entry.name], found);
    }
  }

  async #read(names: readonly string[], folder: string): Promise<Found> {
    const now = await readNow(folder);
    const stamp = await stampOf(folder);
    const path = names.join("/");
    const cached = this.#cache.get(path);
    const known = cached?.stamp === stamp ? cached.found : await readFolder(names, folder);
    this.#cache.set(path, { stamp, found: known });
    if (now === null) return known;
    const file = now.kind === "campaign" ? "index.html" : "report.html";
    return { ...known, now: { path, href: storeHref(...names, file), now } };
  }
}

type Found = {
  readonly campaign?: ListedCampaign;
  readonly run?: ListedRun;
  readonly now?: Listing["now"][number];
  /** The path of what holds a file that cannot be read. */
  readonly unreadable?: string;
};

async function readFolder(names: readonly string[], folder: string): Promise<Found> {
  const campaign = await readCampaign(folder);
  if (campaign !== null) return { campaign: listCampaign(names, campaign) };
  const result = await readResultFile(join(folder, "result.json"));
  if (result !== null) return { run: listRun(names, result) };
  const files = ["campaign.json", "result.json"].map((file) => join(folder, file));
  return files.some((file) => existsSync(file)) ? { unreadable: names.join("/") } : {};
}

/** Changes whenever what is read of a folder may have changed. */
async function stampOf(folder: string): Promise<string> {
  const files = ["campaign.json", ledgerFile, "result.json"].map((name) => join(folder, name));
  const stats = await Promise.all(
    files.map((file) => (existsSync(file) ? stat(file).catch(() => null) : null)),
  );
  return stats.map((one) => (one === null ? "" : `${one.mtimeMs}:${one.size}`)).join(" ");
}

function listCampaign(names: readonly string[], result: CampaignResult): ListedCampaign {
  const { name, startedAt, durationMs, runs } = result;
  const distinct = (values: readonly string[]) => [...new Set(values)].sort();
  return {
    path: names.join("/"),
    href: storeHref(...names, "index.html"),
    name,
    startedAt,
    durationMs,
    runs: runs.length,
    counts: countOutcomes(runs),
    workloads: distinct(runs.map(({ workload }) => workload)),
    subjects: distinct(runs.flatMap(({ subject }) => subject ?? [])),
    bugs: distinct(runs.flatMap(({ bug }) => bug ?? [])),
    signatures: nightOf(result, "").signatures.map(({ signature }) => {
      const { text, id, class: found, faults, general, isRefined } = signature;
      return { text, id, class: found, faults, general, isRefined };
    }),
  };
}

function listRun(names: readonly string[], result: RunResult): ListedRun {
  const { verdict, environment, sentence, workload, subject, bug, driver, seed } = result;
  const isFailed = verdict !== "invalid" && environment.length > 0;
  return {
    path: names.join("/"),
    href: storeHref(...names, "report.html"),
    outcome: isFailed ? "environment" : verdict,
    ...{ sentence, workload, subject, bug, driver, seed },
    startedAt: result.startedAt,
    durationMs: result.durationMs,
  };
}

function newestFirst(a: { startedAt: string }, b: { startedAt: string }): number {
  return a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0;
}
