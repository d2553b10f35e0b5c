import type { Page } from "playwright-core";
import type { Verdict } from "porcupine-ts";
import t from "tap";
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

const canvas = "#timeline canvas";
let browser: TestBrowser;

t.before(async () => {
  if (skip === false) browser = await launchBrowser();
});
t.teardown(() => browser?.close());

function open(files: RunFiles, options?: OpenOptions): Promise<Opened> {
  return browser.openRun(files, options);
}

async function span(page: Page): Promise<number> {
  return page.$eval(canvas, (element) => {
    return Number(element.getAttribute("data-to")) - Number(element.getAttribute("data-from"));
  });
}

async function from(page: Page): Promise<number> {
  return page.$eval(canvas, (element) => Number(element.getAttribute("data-from")));
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
    const always = ["timeline", "faults", "repeat", "logs", "plots", "checks", "environment"];
    t.same(sections.slice(-always.length), always, "in the order of DESIGN 11");
    t.same(troubles, []);
    await page.close();
  });
}

t.test("a link to an operation opens it on the timeline", { skip }, async (t) => {
  const files = syntheticRun({ verdict: "invalid", operations: 4000 });
  const index = files.ops.findLast((op) => op.type === "invoke")?.index;
  const { page } = await open(files, { hash: `#op=${index}` });

  t.match(await page.textContent("#operation"), `#${index}`);
  t.ok((await span(page)) < 5e9, "zoomed in");
  t.ok(await page.locator(canvas).isVisible());
  await page.evaluate(() => {
    location.hash = "#op=0";
  });
  await page.waitForSelector("#operation:has-text('#0')");
  await page.close();
});

t.test("the timeline works by keyboard alone", { skip }, async (t) => {
  const files = syntheticRun({ verdict: "invalid", operations: 1000 });
  const culprit = files.result.checks[0]?.anomalies[0]?.operation;
  const { page } = await open(files);
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press("Tab");
    if (await page.$eval(canvas, (element) => element === document.activeElement)) break;
  }
  const whole = await span(page);

  await page.keyboard.press("ArrowUp");
  const near = await span(page);
  t.ok(near < whole, "zooms");
  const before = await from(page);
  await page.keyboard.press("ArrowRight");
  t.ok((await from(page)) > before, "moves");
  await page.keyboard.press("a");
  t.match(await page.textContent("#operation"), `#${culprit}`, "jumps to the anomaly");
  t.equal(await page.evaluate(() => location.hash), `#op=${culprit}`);
  await page.keyboard.press("n");
  t.notMatch(await page.textContent("#operation"), `#${culprit}`, "steps on");
  await page.keyboard.press("0");
  t.equal(await span(page), whole, "shows the whole run");
  await page.close();
});

t.test("the timeline works by pointer: drag, wheel, tooltip, click", { skip }, async (t) => {
  const { page } = await open(syntheticRun({ verdict: "invalid", operations: 1000 }));
  await page.click(".jump");
  const before = await from(page);
  const box = await page.locator(canvas).boundingBox();
  const x = (box?.x ?? 0) + 600;
  const y = (box?.y ?? 0) + (box?.height ?? 0) - 60;

  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 120, y, { steps: 4 });
  await page.mouse.up();
  t.ok((await from(page)) > before, "dragging to the left goes on in time");
  const near = await span(page);
  await page.locator(canvas).focus();
  await page.mouse.wheel(0, -300);
  await page.waitForFunction(
    ([selector, limit]) => {
      const view = document.querySelector<HTMLElement>(selector)?.dataset;
      return Number(view?.["to"]) - Number(view?.["from"]) < limit;
    },
    [canvas, near] as const,
  );
  await page.click("#timeline button:has-text('Whole run')");
  await page.mouse.move(x, y);
  await page.waitForSelector(".tooltip");
  t.match(await page.textContent(".tooltip"), /op \d+ · client \d+/);
  await page.mouse.click(x, y);
  t.match(await page.textContent("#operation"), /asked at/);
  await page.close();
});

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
  t.equal(await page.textContent("h1"), hostileText);
  t.equal(await page.textContent("#repeat code"), hostileText);
  t.ok((await page.textContent("#logs"))?.includes(hostileText));
  t.ok((await page.textContent("#anomaly .records"))?.includes(hostileText));
  t.same(troubles, []);
  await page.close();
});

t.test(
  "50,000 operations: the page opens, and moves within a frame or few",
  { skip },
  async (t) => {
    const { page, troubles } = await open(syntheticRun({ verdict: "invalid", operations: 50_000 }));
    await page.click(".jump");
    t.match(await page.textContent("#operation"), "outcome");
    await page.locator(canvas).focus();
    await page.keyboard.press("0");
    for (let presses = 0; presses < 10; presses++) await page.keyboard.press("ArrowUp");
    t.ok((await span(page)) < 1e9);
    t.same(troubles, []);
    await page.close();
  },
);
