import t from "tap";
import { launchBrowser, skip, type TestBrowser } from "../testing/browser.ts";
import { hostileRun } from "../testing/hostile-run.ts";
import { syntheticRun } from "../testing/synthetic-run.ts";

let browser: TestBrowser;

t.before(async () => {
  if (skip === false) browser = await launchBrowser();
});
t.teardown(() => browser?.close());

t.test("plots are drawn when they come near, in places that were free", { skip }, async (t) => {
  const { page, troubles } = await browser.openRun(
    syntheticRun({ verdict: "invalid", operations: 2000 }),
  );
  const height = () => page.evaluate(() => document.documentElement.scrollHeight);
  const before = await height();
  t.equal(await page.locator(".uplot").count(), 0, "none at first paint");

  for (const figure of await page.locator("#plots figure").all()) {
    await figure.scrollIntoViewIfNeeded();
    await figure.locator(".uplot").waitFor();
  }

  t.equal(await page.locator(".uplot").count(), 6);
  t.equal(await height(), before, "nothing moved");
  t.same(troubles, []);
  await page.close();
});

t.test("a stretch drawn over one plot is shown in all of them", { skip }, async (t) => {
  const { page } = await browser.openRun(syntheticRun({ verdict: "valid", operations: 2000 }));
  const first = page.locator("#plots figure").first();
  await first.scrollIntoViewIfNeeded();
  const box = await first.locator(".u-over").boundingBox();
  if (box === null) throw new Error("a plot has an area");
  await page.mouse.move(box.x + 100, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + 300, box.y + 50, { steps: 4 });
  await page.mouse.up();

  const whole = page.getByRole("button", { name: "Whole run" }).last();
  t.equal(await whole.isEnabled(), true);
  await whole.click();
  t.equal(await whole.isEnabled(), false);
  await page.close();
});

t.test("lines around the anomaly are found by node and text", { skip }, async (t) => {
  const { page } = await browser.openRun(syntheticRun({ verdict: "invalid", operations: 2000 }));
  const rows = page.locator(".log-rows tr");
  await rows.first().waitFor();
  const quiet = await rows.count();
  await page.getByLabel("replication").check();
  t.ok((await rows.count()) > quiet);

  await page.getByLabel("Find in the lines around the anomaly").fill("append");
  for (const node of ["n1", "n2", "n4", "n5"]) {
    await page.locator(".log-bar").getByLabel(node, { exact: true }).uncheck();
  }
  const nodes = await page.locator(".log-rows .log-node").allTextContents();
  t.ok(nodes.length > 5);
  t.same([...new Set(nodes)], ["n3"]);
  await page.close();
});

t.test("hostile traces, messages and logs stay text", { skip }, async (t) => {
  const { page, troubles } = await browser.openRun(hostileRun());
  await page.locator(".log-rows tr").first().waitFor();

  t.match(await page.textContent(".log-rows"), "window.harmed");
  t.equal(await page.evaluate(() => "harmed" in window), false);
  t.equal(await page.locator(".log-rows img, .log-rows script").count(), 0);
  t.same(troubles, []);
  await page.close();
});
