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

t.test(
  "an address that names no operation is answered, a completion's leads to its own",
  {
    skip,
  },
  async (t) => {
    const files = syntheticRun({ verdict: "valid", operations: 400 });
    const absent = await open(files, { hash: "#op=99999999" });
    await absent.page
      .getByText("No operation 99999999 in this history.")
      .waitFor({ timeout: 5000 });
    t.same(absent.troubles, []);
    await absent.page.close();

    const at = files.ops.findIndex(
      ({ type }, place) =>
        type === "ok" &&
        files.ops[place - 1]?.type === "invoke" &&
        files.ops[place + 1]?.type === "invoke",
    );
    const completion = files.ops[at];
    const call = files.ops.findLast(
      ({ type, process }, place) =>
        place < at && type === "invoke" && process === completion?.process,
    );
    const { page } = await open(files, { hash: `#op=${completion?.index}` });
    await page.locator("#operation dd").first().waitFor({ timeout: 5000 });
    t.equal(await page.locator("#operation dd").first().textContent(), `#${call?.index}`);
    await page.close();
  },
);

t.test(
  "missing evidence is told on the page, and a narrow one keeps sentences whole",
  { skip },
  async (t) => {
    const files = syntheticRun({ verdict: "invalid", operations: 1000 });
    const around = { ...files.around, traces: {}, logs: {} };
    const operations = { ...files.result.operations, info: 9999 };
    const result = { ...files.result, operations };
    const { page, troubles } = await open({ ...files, result, logs: {}, around }, { width: 390 });
    t.match(await page.textContent("header .incomplete"), /history is cut short/);
    t.match(await page.textContent("#logs .incomplete"), /no traces of the nodes.*no logs/);
    await page.locator(".log-rows tr").first().waitFor();
    t.notMatch(await page.textContent(".log-clocks"), /Traces are|Log lines/);
    const cell = await page.locator("#faults tbody td:last-child").first().boundingBox();
    t.ok(cell !== null && cell.width > 300, `${cell?.width} pixels`);
    t.same(troubles, []);
    await page.close();
  },
);

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
