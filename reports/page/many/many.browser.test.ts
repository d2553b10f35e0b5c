import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import t from "tap";
import { nightOf } from "../../campaign/night.ts";
import { nowFile, openNow } from "../../campaign/now.ts";
import { renderCampaignPage } from "../../campaign-page.ts";
import { serveStore } from "../../serve/server.ts";
import { launchBrowser, skip, type TestBrowser } from "../../testing/browser.ts";
import { hostileText } from "../../testing/hostile-run.ts";
import { syntheticCampaign } from "../../testing/synthetic-campaign.ts";

// The pages about many runs in a real browser: from disk, and from a server.

let browser: TestBrowser;
const folder = t.testdir();
const result = syntheticCampaign({ startedAt: "2026-11-22T01:00:00.000Z", seeds: 6 });
const before = syntheticCampaign({ startedAt: "2026-11-21T01:00:00.000Z", seeds: 2 });

t.before(async () => {
  if (skip === false) browser = await launchBrowser();
});
t.teardown(() => browser?.close());

async function openCampaign(options: { hash?: string; dark?: boolean; text?: string } = {}) {
  const { text } = options;
  const page = await renderCampaignPage({
    result: text === undefined ? result : syntheticCampaign({ ...result, seeds: 2, text }),
    earlier: [nightOf(before, "../before/")],
    server: null,
    now: null,
  });
  const file = join(folder, "index.html");
  writeFileSync(file, page.html);
  const opened = await browser.open(pathToFileURL(file).href, options);
  await opened.page.waitForSelector("#page[data-ready]");
  return opened;
}

t.test("a campaign from disk: grid, search, sort, comparison; no request", { skip }, async (t) => {
  const { page, troubles } = await openCampaign();
  const rows = page.locator("#runs tbody tr");
  const found = () => page.textContent("#runs h2 small");

  t.match(await page.textContent("h1"), "Campaign nightly: 48 runs, 8 invalid");
  t.equal(await found(), "48");
  await page.click(".cell-button:has-text('6') >> nth=1");
  t.equal(await found(), "6 of 48", "a cell of the grid chooses its runs");
  await page.click("#runs button.active");
  await page.click("#runs button.outcome.invalid");
  t.equal(await found(), "8 of 48");
  await page.fill("#runs input[type=search]", "lock partitions");
  t.equal(await found(), "2 of 48");
  await page.fill("#runs input[type=search]", "no such thing");
  t.match(await page.textContent("#runs"), "No run matches");
  await page.fill("#runs input[type=search]", "");
  await page.click("#runs button.outcome.invalid");
  await page.click("#runs button.sort:has-text('Took')");
  t.match(await rows.first().textContent(), "6.0 s", "the longest first");
  t.equal(await page.getAttribute("#runs th:has-text('Took')", "aria-sort"), "descending");
  await page.click("#runs button.sort:has-text('Took')");
  t.match(await rows.first().textContent(), "1.0 s");

  await rows.nth(0).locator("input").check();
  await rows.nth(2).locator("input").check();
  t.match(await page.textContent("#comparison"), /Two runs side by side\s*\d+ differences/);
  const all = await page.locator("#comparison tbody tr").count();
  await page.click("#comparison label");
  t.ok((await page.locator("#comparison tbody tr").count()) < all);
  t.match(await page.evaluate(() => location.hash), "compare=");
  await page.click("#comparison button:has-text('Close')");
  t.equal(await page.locator("#comparison").count(), 0);
  t.same(troubles, []);
  await page.close();
});

t.test("anomalies, nights, flaky cells and what was never covered", { skip }, async (t) => {
  const { page, troubles } = await openCampaign();

  const anomaly = page.locator("#anomalies tbody tr");
  t.match(await anomaly.first().textContent(), /Stale read.*2 of 2/);
  const links = await anomaly
    .locator("a")
    .evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  t.same(links, ["../before/runs/kv-own-M28-1/report.html", "./runs/kv-own-M28-1/report.html"]);
  await anomaly.locator("button.signature").click();
  t.equal(await page.textContent("#runs h2 small"), "8 of 48");
  t.equal(await page.locator(".nights li").count(), 2);
  t.equal(
    await page.getAttribute(".nights li:first-child a", "href"),
    "../before/index.html",
    "an earlier night is a click away",
  );
  t.match(await page.textContent("#flaky tbody"), /3 of 8/);
  t.match(await page.textContent("#coverage h2"), "of 16 never happened");
  t.ok((await page.locator("#coverage td.never").count()) >= 10);
  t.same(troubles, []);
  await page.close();
});

t.test("an address shows the same again; dark is dark; no sideways scroll", { skip }, async (t) => {
  const { page } = await openCampaign({ hash: "#outcome=unknown&compare=1,2", dark: true });
  t.equal(await page.textContent("#runs h2 small"), "2 of 48");
  t.equal(await page.locator("#comparison").count(), 1);
  const colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  t.ok(Number(/\d+/.exec(colour)?.[0]) < 60, colour);
  await page.setViewportSize({ width: 380, height: 800 });
  t.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.close();
});

t.test("markup in every text of a campaign stays text", { skip }, async (t) => {
  const { page, troubles } = await openCampaign({ text: hostileText, hash: "#compare=0,1" });
  t.equal(await page.evaluate(() => "harmed" in window), false);
  t.equal(await page.locator("img").count(), 0);
  t.match(await page.textContent("h1"), hostileText);
  t.match(await page.textContent("#comparison"), hostileText);
  for (const link of await page.locator("#runs tbody a").all()) {
    t.match(await link.getAttribute("href"), /^\.\/runs\//);
  }
  t.same(troubles, []);
  await page.close();
});

t.test("served: the home filters, a campaign fills while it runs", { skip }, async (t) => {
  const store = t.testdir({ night: {}, "run-a": {}, "run-b": {} });
  for (const [at, name] of ["run-a", "run-b"].entries()) {
    const run = {
      ...{ whitewater: 1, verdict: at === 0 ? "invalid" : "valid", workload: name, seed: at },
      ...{ sentence: hostileText, subject: "raft-kv", bug: at === 0 ? "M28" : null, driver: "sim" },
      ...{ startedAt: "2026-11-22T01:00:00.000Z", durationMs: 5, environment: [], checks: [] },
      ...{ operations: { ok: 1, fail: 0, info: 0 }, nodes: [], options: {}, provenance: {} },
      ...{ faults: [], skippedFaults: [], repeat: "", run: name },
    };
    writeFileSync(join(store, name, "result.json"), JSON.stringify(run));
  }
  const night = join(store, "night");
  mkdirSync(join(night, "runs"));
  writeFileSync(join(night, "campaign.json"), JSON.stringify({ ...result, runs: [] }));
  const server = await serveStore({
    store,
    host: "127.0.0.1",
    port: 0,
    onError: (error) => t.fail(String(error)),
  });
  t.teardown(() => server.close());

  const { page, troubles } = await browser.open(server.url);
  await page.waitForSelector("#page[data-ready]");
  t.equal(await page.locator("#single-runs tbody tr").count(), 2);
  await page.selectOption("select[aria-label=bug]", "M28");
  t.equal(await page.locator("#single-runs tbody tr").count(), 1);
  await page.selectOption("select[aria-label=bug]", "");
  for (const box of await page.locator("#single-runs input[type=checkbox]").all())
    await box.check();
  await page.click("text=Compare the two");
  await page.waitForSelector("#comparison");
  t.match(await page.textContent("#comparison"), hostileText);

  await page.goto(`${server.url}store/night/index.html`);
  await page.waitForSelector(".connection.live");
  t.equal(await page.locator("#runs tbody tr").count(), 0);
  const now = openNow(night, { kind: "campaign", name: "nightly", total: 3 });
  now.begin({
    ...{ workload: hostileText, schedule: "own", subject: "raft-kv", bug: "M28", seed: 1 },
    ...{ driver: "docker", loadMs: 20_000 },
  });
  await page.waitForSelector(".now:not(.invalid)");
  for (let op = 0; op < 5; op++) now.violation(`violation: stale-read at op ${op} ${hostileText}`);
  await page.waitForSelector(".now.invalid");
  t.match(await page.textContent(".now"), "already broken", "red before the run has ended");
  t.equal(await page.locator("#runs tbody tr").count(), 0);
  t.equal(await page.locator(".now .found").count(), 3);
  t.match(await page.textContent(".now"), "and 2 more");
  // A campaign that was taken up again has its time behind it.
  const startedAt = new Date(Date.now() - 90 * 60_000).toISOString();
  const written = JSON.parse(readFileSync(join(night, nowFile), "utf8"));
  writeFileSync(join(night, nowFile), JSON.stringify({ ...written, startedAt }));
  await page.waitForSelector("#head .facts >> text=90.0 minutes");
  now.end();
  await page.waitForSelector(".now:not(.invalid)");
  t.match(await page.textContent(".now"), "1 of 3 runs done");
  now.close();
  await page.waitForSelector(".now", { state: "detached" });
  for (const run of result.runs.slice(0, 3)) {
    appendFileSync(join(night, "progress.jsonl"), `${JSON.stringify(run)}\n`);
  }
  await page.waitForSelector("#runs tbody tr >> nth=2");
  t.match(await page.textContent("h1"), "Campaign nightly: 3 runs", "the headline follows");
  const played = result.runs
    .slice(0, 3)
    .map(({ operations: { ok, fail, info } }) => ok + fail + info);
  const operations = played.reduce((sum, count) => sum + count).toLocaleString("en-US");
  t.match(await page.textContent("#head .facts"), `${operations} operations`, "and the figures do");
  t.equal(await page.evaluate(() => "harmed" in window), false);
  t.same(troubles, []);
  await page.close();
});

t.test("served: nights of a campaign, sorted, one chosen, in the address", { skip }, async (t) => {
  const clean = { ...before, runs: before.runs.filter(({ bug }) => bug === null) };
  const store = t.testdir({
    "night-1": { "campaign.json": JSON.stringify(clean) },
    "night-2": { "campaign.json": JSON.stringify({ ...result, durationMs: 120_000 }) },
    other: { "campaign.json": JSON.stringify({ ...clean, name: "smoke" }) },
  });
  const onError = (error: unknown) => t.fail(String(error));
  const server = await serveStore({ store, host: "127.0.0.1", port: 0, onError });
  t.teardown(() => server.close());

  const { page, troubles } = await browser.open(server.url, { hash: "#order=took" });
  await page.waitForSelector("#page[data-ready]");
  const trend = page.locator("#trends tbody tr");
  t.equal(await trend.count(), 1, "what came once has no trend");
  t.match(await trend.textContent(), /nightly.*2.*1 new anomaly.*\+100 %/);
  t.equal(await trend.locator(".night-strip a").count(), 2);
  const rows = page.locator("#campaigns tbody tr");
  t.match(await rows.last().textContent(), "night-2", "the longest at the end");
  await trend.locator("button").click();
  t.equal(await rows.count(), 2);
  t.equal(await page.evaluate(() => location.hash), "#order=took&campaign=nightly");
  await page.click("#campaigns a:has-text('Stale read')");
  await page.waitForSelector("#page[data-ready]");
  t.equal(await page.textContent("#runs h2 small"), "8 of 48", "a link to the runs that show it");
  t.same(troubles, []);
  await page.close();
});
