import type { Page } from "playwright-core";
import type { Verdict } from "porcupine-ts";
import t from "tap";
import { printable } from "../describe.ts";
import type { RunFiles } from "../result.ts";
import {
  launchBrowser,
  type Opened,
  type OpenOptions,
  skip,
  type TestBrowser,
} from "../testing/browser.ts";
import { hostileRun, hostileText } from "../testing/hostile-run.ts";
import { syntheticRun } from "../testing/synthetic-run.ts";

const canvas = "#timeline-canvas";
let browser: TestBrowser;

t.before(async () => {
  if (skip === false) browser = await launchBrowser();
});
t.teardown(() => browser?.close());

function open(files: RunFiles, options?: OpenOptions): Promise<Opened> {
  return browser.openRun(files, options);
}

for (const verdict of ["valid", "invalid", "unknown", "vacuous"] as const satisfies Verdict[]) {
  t.test(`a ${verdict} run says so, without error and without a request`, { skip }, async (t) => {
    const { page, troubles } = await open(syntheticRun({ verdict, operations: 1000 }));

    t.equal((await page.textContent(".badge"))?.trim().endsWith(verdict), true);
    t.equal(
      await page.locator("#nothing").count(),
      ["unknown", "vacuous"].includes(verdict) ? 1 : 0,
    );
    t.equal(await page.locator("#anomaly").count(), verdict === "invalid" ? 1 : 0);
    t.equal(await page.locator("#plots figure").count(), 6);
    const sections = await page.$$eval("main > section", (all) => all.map(({ id }) => id));
    const always = [
      "timeline",
      "faults",
      "repeat",
      "logs",
      "plots",
      "linearization",
      "checks",
      "environment",
    ];
    t.same(sections.slice(-always.length), always, "in the order of DESIGN 11");
    t.same(troubles, []);
    await page.close();
  });
}

t.test("dark mode is dark, light mode is light, and print is light", { skip }, async (t) => {
  const files = syntheticRun({ verdict: "valid", operations: 200 });
  const brightness = (page: Page) =>
    page.evaluate(() => {
      const colour = getComputedStyle(document.body).backgroundColor;
      return Number(/\d+/.exec(colour)?.[0]);
    });
  const dark = await open(files, { dark: true });
  t.ok((await brightness(dark.page)) < 60);
  await dark.page.emulateMedia({ media: "print" });
  t.equal(await dark.page.evaluate(() => getComputedStyle(document.body).color), "rgb(27, 33, 39)");
  await dark.page.close();
  const light = await open(files);
  t.ok((await brightness(light.page)) > 200);
  await light.page.close();
});

t.test("a narrow window never scrolls sideways", { skip }, async (t) => {
  const { page } = await open(syntheticRun({ verdict: "invalid", operations: 1000 }), {
    width: 380,
  });
  t.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.close();
});

t.test("markup in keys, values, errors and logs stays text", { skip }, async (t) => {
  const { page, troubles } = await open(hostileRun());
  await page.click(".jump");
  await page.locator(canvas).hover();

  t.equal(await page.evaluate(() => "harmed" in window), false);
  t.equal(await page.locator("img").count(), 0);
  t.equal(await page.textContent("h1"), printable(hostileText));
  t.equal(await page.textContent("#repeat code"), hostileText);
  t.ok((await page.textContent("#logs"))?.includes(hostileText));
  t.ok((await page.textContent("#anomaly .records"))?.includes(hostileText));
  t.same(troubles, []);
  await page.close();
});
