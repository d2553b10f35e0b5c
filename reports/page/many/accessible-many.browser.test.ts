import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import t, { type Test } from "tap";
import { openNow } from "../../campaign/now.ts";
import { type StoreServer, serveStore } from "../../serve/server.ts";
import { findings } from "../../testing/axe.ts";
import { launchBrowser, skip, type TestBrowser } from "../../testing/browser.ts";
import { syntheticCampaign } from "../../testing/synthetic-campaign.ts";
import { syntheticRun } from "../../testing/synthetic-run.ts";

// The pages about many runs are scanned by axe, in light and in dark, as a server gives them.

let browser: TestBrowser;
const store = t.testdir();

t.before(async () => {
  if (skip === false) browser = await launchBrowser();
});
t.teardown(() => browser?.close());

/** Two nights of which one goes on and has found something, and two single runs. */
function fillStore(): { close(): void } {
  const nights = { "night-1": "2026-11-21", "night-2": "2026-11-22" };
  for (const [name, day] of Object.entries(nights)) {
    mkdirSync(join(store, name));
    const result = syntheticCampaign({ startedAt: `${day}T01:00:00.000Z`, seeds: 3 });
    writeFileSync(join(store, name, "campaign.json"), JSON.stringify(result));
    for (const run of result.runs) {
      appendFileSync(join(store, name, "progress.jsonl"), `${JSON.stringify(run)}\n`);
    }
  }
  for (const verdict of ["valid", "invalid"] as const) {
    mkdirSync(join(store, verdict));
    const { result } = syntheticRun({ verdict, operations: 100 });
    writeFileSync(join(store, verdict, "result.json"), JSON.stringify(result));
  }
  const now = openNow(join(store, "night-2"), { kind: "campaign", name: "nightly", total: 99 });
  now.begin({
    ...{ workload: "kv", schedule: "own", subject: "raft-kv", bug: "M28", seed: 4 },
    ...{ driver: "docker", loadMs: 60_000 },
  });
  now.violation("violation: stale-read on key k3 at op 812: v41; expected v42");
  return now;
}

/** Chromium's own figure, without what a reader's hand has moved. */
function layoutShift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries())
            sum += (entry as unknown as { value: number }).value;
        });
        observer.observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve(sum), 300);
      }),
  );
}

async function serve(t: Test): Promise<StoreServer> {
  const onError = (error: unknown) => t.fail(String(error));
  const server = await serveStore({ store, host: "127.0.0.1", port: 0, onError });
  t.teardown(() => server.close());
  return server;
}

t.test("nothing serious for a screen reader, on any page of a server", { skip }, async (t) => {
  const now = fillStore();
  t.teardown(() => now.close());
  const server = await serve(t);
  const pages = {
    home: "",
    "a live campaign": "store/night-2/index.html#compare=0,1&outcome=invalid",
    "two runs": "compare?a=valid&b=invalid",
  };
  for (const [name, address] of Object.entries(pages)) {
    const { page, troubles } = await browser.open(`${server.url}${address}`, {}, server.url);
    await page.waitForSelector("#page[data-ready]");
    const shift = await layoutShift(page);
    t.ok(shift < 0.02, `${name}: nothing moves while it loads, ${shift}`);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      t.same(await findings(page), [], `${name}, ${colorScheme}`);
    }
    t.same(troubles, []);
    await page.close();
  }
});

t.test("a campaign is gone through with keys alone", { skip }, async (t) => {
  const server = await serve(t);
  const { page } = await browser.open(`${server.url}store/night-2/index.html`, {}, server.url);
  await page.waitForSelector("#page[data-ready]");
  await tabTo(page, ".cell-button.invalid");
  await page.keyboard.press("Enter");
  t.equal(await page.textContent("#runs h2 small"), "3 of 24", "Enter chooses a cell");
  await tabTo(page, "#runs button.active");
  await page.keyboard.press("Enter");
  t.equal(await page.textContent("#runs h2 small"), "24");
  await tabTo(page, "#runs th button.sort");
  await page.keyboard.press("Space");
  t.equal(await page.locator("#runs th[aria-sort]:not([aria-sort=none])").count(), 1);
  for (let box = 0; box < 2; box++) {
    await tabTo(page, "#runs tbody input:not(:checked)");
    await page.keyboard.press("Space");
  }
  t.equal(await page.locator("#comparison").count(), 1);
  await tabTo(page, "#trend summary");
  await page.keyboard.press("Enter");
  t.ok(await page.isVisible("table.history"));
  await page.close();
});

async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 300; presses++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  throw new Error(`no Tab leads to ${selector}`);
}
