import { render } from "preact";
import type { ManyData } from "../campaign/page-data.ts";
import { CampaignApp } from "./many/campaign-app.tsx";
import { ComparePage } from "./many/comparison.tsx";
import { HomeApp } from "./many/home.tsx";
import { inflate } from "./many/inflate.ts";

// Entry of the pages about many runs: a campaign, the home of a store, two runs side by side.

async function show(root: Element): Promise<void> {
  const block = document.querySelector("#data")?.textContent ?? "";
  const { packed } = JSON.parse(block) as { packed: string };
  const data = JSON.parse(await inflate(packed)) as ManyData;
  root.replaceChildren();
  render(page(data), root);
  root.setAttribute("data-ready", "");
}

const root = document.querySelector("#page");
if (root !== null) void show(root);

function page(data: ManyData) {
  if (data.kind === "campaign") return <CampaignApp data={data} />;
  return data.kind === "home" ? <HomeApp data={data} /> : <ComparePage data={data} />;
}
