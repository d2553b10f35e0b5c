import type { Page } from "playwright-core";
import t from "tap";
import { launchBrowser, skip, type TestBrowser } from "../testing/browser.ts";
import { syntheticRun } from "../testing/synthetic-run.ts";

// The timeline as a reader uses it: by pointer, by keys, by address.

const canvas = "#timeline-canvas";
const files = syntheticRun({ verdict: "invalid", operations: 1000 });
const broken = { kind: "broken-invariant", related: [] } as const;
const culprit = files.result.checks[0]?.anomalies[0]?.operation;
let browser: TestBrowser;

function culpritOf({ table, result }: typeof files) {
  const index = result.checks[0]?.anomalies[0]?.operation ?? -1;
  const call = table.call[table.rowOf(index)] ?? -1;
  return { index, call, endNs: table.call.at(-1) ?? 0 };
}

t.before(async () => {
  if (skip === false) browser = await launchBrowser();
});
t.teardown(() => browser?.close());

async function open(hash = "", run = files): Promise<Page> {
  const { page } = await browser.openRun(run, { hash });
  await page.locator(canvas).scrollIntoViewIfNeeded();
  return page;
}

async function view(page: Page): Promise<{ from: number; to: number; span: number }> {
  const [from, to] = await page.$eval(canvas, ({ dataset }) => [
    Number(dataset["from"]),
    Number(dataset["to"]),
  ]);
  return { from: from ?? 0, to: to ?? 0, span: (to ?? 0) - (from ?? 0) };
}

const hashOf = (page: Page) => page.evaluate(() => location.hash);
const textOf = (page: Page, selector: string) => page.locator(selector).innerText();
/** The middle of the client lanes. */
async function lanesOf(page: Page): Promise<{ x: number; y: number }> {
  const box = await page.locator(canvas).boundingBox();
  return { x: (box?.x ?? 0) + 600, y: (box?.y ?? 0) + (box?.height ?? 0) - 60 };
}

/** Waits until the panel of the chosen operation tells `words`: it is drawn a moment after a key. */
async function operationTells(page: Page, words: string | RegExp): Promise<void> {
  await page.locator("#operation", { hasText: words }).waitFor();
}

t.test("a link to an operation opens it, and a new address another one", { skip }, async (t) => {
  const index = files.table.index[files.table.size - 1];
  const page = await open(`#op=${index}`);

  await operationTells(page, `#${index}`);
  t.ok((await view(page)).span < 5e9, "zoomed in");
  await page.evaluate(() => {
    location.hash = "#op=0";
  });
  await page.waitForSelector("#operation:has-text('#0')");
  await page.close();
});

t.test("a link shows what was seen when it was copied", { skip }, async (t) => {
  const page = await open(`#op=${culprit}&t=12.25..12.75&key=k2&outcome=ok&q=put&others=hidden`);
  const { from, to } = await view(page);
  t.same([from, to], [12.25e9, 12.75e9]);
  await operationTells(page, `#${culprit}`);
  t.equal(await page.locator("#timeline input[type=search]").inputValue(), "put");
  t.equal(await page.locator(".filter select").first().inputValue(), "k2");
  t.ok(await page.isChecked(".filter input[type=checkbox]"));
  await page.close();
});

t.test("back takes back a choice", { skip }, async (t) => {
  const page = await open();
  await page.click(".jump");
  await page.waitForTimeout(600);
  await page.click("#operation button.link[title*=key]");
  t.match(await hashOf(page), /key=k\d/);
  const filtered = await textOf(page, ".matches output");
  t.match(filtered, /^\d+ of 1,000$/, "a click on the key filters by it");

  await page.goBack();
  await page.waitForFunction(() => !location.hash.includes("key="));
  t.equal(await textOf(page, ".matches output"), "1,000 operations");
  await operationTells(page, `#${culprit}`);
  await page.goBack();
  await page.waitForSelector("#operation:has-text('No operation')");
  await page.goForward();
  await page.waitForSelector(`#operation:has-text('#${culprit}')`);
  await page.close();
});

t.test(
  "a search counts, steps through its matches and says what it is not",
  { skip },
  async (t) => {
    const page = await open();
    const search = page.locator("#timeline input[type=search]");
    await search.fill("f:put outcome:fail");
    const { table } = files;
    const refused = [...table.outcome].filter((outcome) => outcome === 1).length;
    t.equal(await textOf(page, ".matches output"), `${refused} of 1,000`);

    await search.press("Enter");
    await operationTells(page, /outcome\s*fail/i);
    const first = await textOf(page, "#operation .op-line");
    await search.press("Enter");
    t.not(await textOf(page, "#operation .op-line"), first, "on to the next");
    await search.press("Shift+Enter");
    t.equal(await textOf(page, "#operation .op-line"), first, "and back");
    await search.fill("took>soon");
    t.match(await textOf(page, ".matches output"), /expects a time/);
    await search.press("Escape");
    t.equal(await search.inputValue(), "");
    await page.close();
  },
);

t.test("the timeline works by keyboard alone", { skip }, async (t) => {
  const page = await open();
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if (await page.$eval(canvas, (element) => element === document.activeElement)) break;
  }
  await page.keyboard.press("0");
  const whole = (await view(page)).span;

  await page.keyboard.press("ArrowUp");
  const near = await view(page);
  t.ok(near.span < whole, "zooms");
  await page.keyboard.press("ArrowRight");
  t.ok((await view(page)).from > near.from, "moves");
  await page.keyboard.press("a");
  await operationTells(page, `#${culprit}`);
  t.match(await hashOf(page), new RegExp(`^#op=${culprit}`));
  await page.keyboard.press("n");
  await page.locator("#operation", { hasNotText: `#${culprit}` }).waitFor();
  await page.keyboard.press("m");
  t.match(await textOf(page, ".stretch"), /\d+ operations/, "marks what is shown");
  await page.keyboard.press("0");
  t.equal((await view(page)).span, whole, "shows the whole run");
  await page.keyboard.press("Escape");
  t.match(await textOf(page, ".stretch"), "No stretch");
  await page.close();
});

t.test("the timeline works by pointer: drag, wheel, tooltip, click", { skip }, async (t) => {
  const page = await open();
  await page.click(".jump");
  await page.locator("#operation").scrollIntoViewIfNeeded();
  const before = await view(page);
  const { x, y } = await lanesOf(page);

  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 120, y, { steps: 4 });
  await page.mouse.up();
  t.ok((await view(page)).from > before.from, "dragging to the left goes on in time");
  await page.locator(canvas).focus();
  await page.mouse.wheel(0, -300);
  await page.waitForFunction(
    ([selector, limit]) => {
      const shown = document.querySelector<HTMLElement>(selector)?.dataset;
      return Number(shown?.["to"]) - Number(shown?.["from"]) < limit;
    },
    [canvas, before.span] as const,
  );
  await page.locator(canvas).press("0");
  await page.mouse.move(x, y);
  await page.waitForSelector(".tooltip");
  t.match(await textOf(page, ".tooltip"), /op \d+ · client \d+/);
  await page.mouse.click(x, y);
  await operationTells(page, /asked at/);
  await page.close();
});

t.test("Shift and drag mark a stretch; it is copied as JSON lines", { skip }, async (t) => {
  const page = await open("#t=5..6");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const { x, y } = await lanesOf(page);
  await page.mouse.move(x, y);
  await page.keyboard.down("Shift");
  await page.mouse.down();
  await page.mouse.move(x + 200, y, { steps: 3 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  const count = Number(/(\d+) operation/.exec(await textOf(page, ".stretch"))?.[1]);
  t.ok(count > 2);
  t.same((await view(page)).from, 5e9, "nothing moved");

  await page.click(".stretch button:has-text('JSON lines')");
  await page.waitForSelector(".stretch button:has-text('Copied')");
  const lines = (await page.evaluate(() => navigator.clipboard.readText())).trim().split("\n");
  t.equal(lines.length, count);
  for (const line of lines) t.match(JSON.parse(line), { index: Number, f: String, call: Number });
  await page.click(".stretch button:has-text('Zoom')");
  t.ok((await view(page)).span < 0.5e9);
  await page.close();
});

t.test("two fingers zoom around what is between them", { skip }, async (t) => {
  const page = await open("#t=5..15");
  const before = await view(page);
  await page.$eval(canvas, (element) => {
    const box = element.getBoundingClientRect();
    element.setPointerCapture = () => {};
    const touches: [type: string, pointerId: number, x: number][] = [
      ["pointerdown", 11, 500],
      ["pointerdown", 12, 600],
    ];
    for (let px = 10; px <= 100; px += 10) {
      touches.push(["pointermove", 11, 500 - px], ["pointermove", 12, 600 + px]);
    }
    touches.push(["pointerup", 11, 400], ["pointerup", 12, 700]);
    for (const [type, pointerId, x] of touches) {
      const at = { clientX: box.left + x, clientY: box.top + 200 };
      element.dispatchEvent(new PointerEvent(type, { pointerId, ...at, bubbles: true }));
    }
  });
  const after = await view(page);
  t.ok(Math.abs(after.span / before.span - 1 / 3) < 0.02, "three times as far apart");
  t.equal(await textOf(page, "#operation"), "No operation is selected.", "and selects nothing");
  await page.close();
});

t.test("the brush moves by its middle and its edges, also by keys", { skip }, async (t) => {
  const page = await open("#t=10..14");
  const box = await page.locator(".overview").boundingBox();
  const endNs = Number(await page.getAttribute(".grip.to", "aria-valuemax")) * 1e9;
  const xOf = (ns: number) => (box?.x ?? 0) + (ns / endNs) * (box?.width ?? 0);
  const y = (box?.y ?? 0) + 30;
  await page.mouse.move(xOf(12e9), y);
  await page.mouse.down();
  await page.mouse.move(xOf(17e9), y, { steps: 3 });
  await page.mouse.up();
  const moved = await view(page);
  t.ok(Math.abs(moved.from - 15e9) < 0.1e9, "the middle moves both");
  t.ok(Math.abs(moved.span - 4e9) < 1e6);

  await page.mouse.move(xOf(moved.to) - 1, y);
  await page.mouse.down();
  await page.mouse.move(xOf(25e9), y, { steps: 3 });
  await page.mouse.up();
  const wider = await view(page);
  t.ok(Math.abs(wider.to - 25e9) < 0.2e9 && wider.from === moved.from, "an edge moves alone");
  await page.locator(".grip.from").focus();
  await page.keyboard.press("ArrowRight");
  t.ok((await view(page)).from > wider.from);
  await page.waitForFunction(
    () => Number(document.querySelector(".grip.from")?.getAttribute("aria-valuenow")) > 15,
  );
  await page.close();
});

t.test(
  "the table has what the timeline shows, sorted, and selects by keys",
  { skip },
  async (t) => {
    const page = await open("#key=k1&t=0..1000");
    const count = Number(/^(\d+) of/.exec(await textOf(page, ".matches output"))?.[1]);
    t.match(await textOf(page, "#operations summary"), `${count} operations`);
    t.ok((await page.locator(".grid tbody tr").count()) < 30, "few of them are in the page");

    await page.click(".grid th.took button");
    await page.click(".grid th.took button");
    t.match(await hashOf(page), "sort=-took");
    t.equal(await page.getAttribute(".grid th.took", "aria-sort"), "descending");
    await page.locator(".grid table").focus();
    await page.keyboard.press("End");
    await page.waitForSelector(`#row-${count - 1}.active`);
    // Read before it is chosen: the timeline then goes there, and the table follows it.
    const selected = await page
      .locator(`#row-${count - 1} td`)
      .first()
      .innerText();
    await page.keyboard.press("Enter");
    await operationTells(page, `#${selected}`);
    await page.close();
  },
);

t.test("50,000 operations: few rows, many pixels, no trouble", { skip }, async (t) => {
  const many = syntheticRun({ verdict: "invalid", operations: 50_000 });
  const { page, troubles } = await browser.openRun(many);
  await page.click(".jump");
  await operationTells(page, /outcome/);
  await page.locator(canvas).press("0");
  for (let presses = 0; presses < 10; presses++) await page.keyboard.press("ArrowUp");
  t.ok((await view(page)).span < 1e9);
  t.same(troubles, []);
  await page.close();
});

t.test("the timeline and its table open at the anomaly", { skip }, async (t) => {
  const page = await open();
  const { index, call, endNs } = culpritOf(files);
  const { from, to } = await view(page);
  t.ok(from <= call && call <= to && to - from < endNs / 2, `${from} to ${to}`);
  t.equal(await hashOf(page), "", "which is what a fresh page shows");
  const row = page.locator("#operations tr.culprit");
  await row.waitFor();
  // It may be drawn once more before it stands still.
  await page.waitForTimeout(300);
  const [box, grid] = [await row.boundingBox(), await page.locator(".grid").boundingBox()];
  t.match(await row.innerText(), new RegExp(`^${index}\\b`));
  const above = (box?.y ?? 0) - (grid?.y ?? 0);
  t.ok(above >= 0 && above < (grid?.height ?? 0), `${above} px below the edge of its table`);
  await page.locator(canvas).press("0");
  await page.waitForFunction(
    (count) => document.querySelector(".grid table")?.getAttribute("aria-rowcount") === count,
    String(files.table.size + 1),
  );
  const height = await page.$eval(".grid", (element) => element.scrollHeight);
  t.equal(height, 26 + 24 * files.table.size, "as high as its rows, wherever it is scrolled to");
  await page.close();
});

t.test(
  "an invariant that broke without an operation has a moment to jump to",
  { skip },
  async (t) => {
    const anomalies = [3.25e9, 4e9].map((time) => ({ ...broken, time }));
    const [check, ...others] = files.result.checks;
    if (check === undefined) throw new Error("a run has checks");
    const checks = [{ ...check, anomalies }, ...others];
    const page = await open("", { ...files, result: { ...files.result, checks } });
    const row = page.locator("#operations tr.after-moment");
    await row.waitFor();
    t.equal(await row.count(), 1, "the table shows when, between two operations");
    await page.getByRole("button", { name: "Jump to anomaly" }).click();

    const { from, to } = await view(page);
    t.ok(from < 3.25e9 && to > 3.25e9 && to - from <= 3.01e9, `${from} to ${to}`);
    await page.getByLabel("Anomaly", { exact: true }).selectOption({ index: 1 });
    await page.getByRole("button", { name: "Jump to anomaly" }).click();
    const { from: next } = await view(page);
    t.equal(next - from, 0.75e9, "the list leads to the other one");
    await page.close();
  },
);
