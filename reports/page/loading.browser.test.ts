import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import type { Op } from "porcupine-ts";
import t from "tap";
import { renderReport } from "../render.ts";
import { writeReport } from "../store.ts";
import { tableOf } from "../table-builder.ts";
import { launchBrowser, skip, type TestBrowser } from "../testing/browser.ts";
import { hostileRun, hostileText } from "../testing/hostile-run.ts";
import { syntheticRun } from "../testing/synthetic-run.ts";
import { writeLargeRun } from "../testing/write-large-run.ts";

// How the data comes into the page: in two steps, not at all, damaged, and in unusual sizes.

let browser: TestBrowser;

t.before(async () => {
  if (skip === false) browser = await launchBrowser();
});
t.teardown(() => browser?.close());

t.test("without scripts: verdict, anomaly, checks and the command", { skip }, async (t) => {
  const folder = t.testdir();
  const show = async (name: string, html: string) => {
    const file = join(folder, name);
    await writeFile(file, html);
    return browser.open(pathToFileURL(file).href, { scripts: false });
  };
  const files = syntheticRun({ verdict: "invalid", operations: 2000 });
  const { page } = await show("plain.html", await renderReport(files));
  const text = (await page.locator("body").innerText()).replaceAll(/\s+/g, " ");
  const culprit = files.result.checks[0]?.anomalies[0]?.operation;

  t.equal(await page.textContent("h1"), files.result.sentence);
  t.match(await page.title(), /^invalid: Stale read on k\d/);
  t.ok(text.includes(`#${culprit} `), "the operation that cannot be ordered");
  t.ok(text.includes(files.result.repeat));
  t.ok(text.includes("recovery: valid"));
  await page.close();

  const hostile = await show("hostile.html", await renderReport(hostileRun()));
  t.equal(await hostile.page.locator("main img, main script").count(), 0);
  t.ok((await hostile.page.locator("main").textContent())?.includes(hostileText));
  await hostile.page.close();
});

t.test("damaged data takes only what was in it", { skip }, async (t) => {
  const html = await renderReport(syntheticRun({ verdict: "invalid", operations: 2000 }));
  const start = html.indexOf(">", html.indexOf('data-part="operations"')) + 1;
  for (const damaged of [
    `${html.slice(0, start)}AAAA${html.slice(start + 4)}`,
    html.slice(0, start + 400),
  ]) {
    const file = join(t.testdir(), "damaged.html");
    await writeFile(file, damaged);
    const { page } = await browser.open(pathToFileURL(file).href);
    t.match(await page.textContent("[role=alert]"), "could not be read");
    t.equal(await page.locator("#anomaly").count(), 1);
    t.equal(await page.locator("#repeat code").count(), 1);
    await page.close();
  }
});

t.test(
  "a run on disk opens, jumps to its anomaly, and nothing moves meanwhile",
  { skip },
  async (t) => {
    const folder = t.testdir();
    await writeLargeRun(folder, 20_000);
    const file = await writeReport(folder);
    t.ok((await readFile(file)).length < 2e6, "far below a hundred bytes an operation");
    const { page, troubles } = await browser.open(pathToFileURL(file).href);
    await page.waitForSelector("#page[data-ready]");

    t.ok((await layoutShift(page)) < 0.01);
    await page.click(".jump");
    await page.waitForSelector("#operation:has-text('get k')");
    t.same(troubles, []);
    await page.close();
  },
);

const largeValue = "x".repeat(2 ** 20);
const sizes: readonly { readonly name: string; readonly ops: readonly Op[] }[] = [
  { name: "no operation", ops: [] },
  { name: "one operation that was never answered", ops: [put(0, "v")] },
  { name: "a value of a megabyte", ops: [put(0, largeValue), put(1, 1)] },
  { name: "10,000 keys", ops: Array.from({ length: 10_000 }, (_, index) => put(index, index)) },
];
for (const { name, ops } of sizes) {
  t.test(`a run of ${name} has a page`, { skip }, async (t) => {
    const files = syntheticRun({ verdict: "valid", operations: 200 });
    const hash = "#op=0";
    const run = { ...files, ops, table: tableOf(ops) };
    const { page, troubles } = await browser.openRun(run, { hash });
    if (ops.length > 0) t.match(await page.textContent("#operation"), "#0");
    t.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    t.same(troubles, []);
    await page.close();
  });
}

function put(index: number, value: unknown): Op {
  return {
    index,
    time: index * 1e6,
    process: index,
    type: "invoke",
    f: "put",
    key: `k${index}`,
    value,
  };
}

/** How far things moved by themselves since the page was opened, as browsers score it. */
function layoutShift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let total = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) total += (entry as { value?: number }).value ?? 0;
        }).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve(total), 200);
      }),
  );
}
