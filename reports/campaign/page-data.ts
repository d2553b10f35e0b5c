import type { CampaignResult, CampaignRun, Outcome } from "../campaign.ts";
import type { OutcomeCounts } from "./cells.ts";
import type { Night } from "./night.ts";
import type { Now } from "./now.ts";
import type { Signature } from "./signature.ts";

/** What the script of a page about many runs is given. */
export type ManyData = CampaignData | HomeData | CompareData;

/** Addresses are relative to the campaign's folder, on disk as on a server. */
export type CampaignData = {
  readonly kind: "campaign";
  readonly result: CampaignResult;
  /** Earlier campaigns of the same name, in the order of time. */
  readonly earlier: readonly Night[];
  /** Only on a server: where to hear of what happens, and the way back. */
  readonly server: ServerLinks | null;
  readonly now: Now | null;
};

export type ServerLinks = { readonly events: string; readonly home: string };

export type HomeData = {
  readonly kind: "home";
  readonly listing: Listing;
  readonly events: string;
};

export type CompareData = {
  readonly kind: "compare";
  readonly home: string;
  readonly left: ComparedRun;
  readonly right: ComparedRun;
};

export type ComparedRun = { readonly run: CampaignRun; readonly report: string };

/** What a store holds, newest first. */
export type Listing = {
  readonly campaigns: readonly ListedCampaign[];
  readonly runs: readonly ListedRun[];
  /** What goes on right now, with the address of its page. */
  readonly now: readonly { readonly path: string; readonly href: string; readonly now: Now }[];
  /** Folders with a campaign or a result that is cut, damaged, too large or of another version. */
  readonly unreadable: readonly string[];
};

export type ListedCampaign = {
  /** Below the store. */
  readonly path: string;
  readonly href: string;
  readonly name: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly runs: number;
  readonly counts: OutcomeCounts;
  readonly workloads: readonly string[];
  readonly subjects: readonly string[];
  readonly bugs: readonly string[];
  /** What it has found, each once. */
  readonly signatures: readonly Omit<Signature, "checker" | "rule">[];
};

export type ListedRun = {
  readonly path: string;
  readonly href: string;
  readonly outcome: Outcome;
  readonly sentence: string;
  readonly workload: string;
  readonly subject: string;
  readonly bug: string | null;
  readonly driver: string;
  readonly seed: number;
  readonly startedAt: string;
  readonly durationMs: number;
};
