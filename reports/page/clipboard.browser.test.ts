import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import t from "tap";
import { renderReport } from "../render.ts";
import { serveStore } from "../serve/server.ts";
import { launchBrowser, skip, type TestBrowser } from "../testing/browser.ts";
import { syntheticRun } from "../testing/synthetic-run.ts";

// Copying from a page that a server gives: it is sandboxed, and has no origin.

let browser: TestBrowser;
const store = t.testdir({ run: {} });
const files = syntheticRun({ verdict: "valid", operations: 50 });

t.before(async () => {
  if (skip === false) browser = await launchBrowser();
});
t.teardown(() => browser?.close());

/** What is pasted into the page that comes after. */
async function pasted(page: Page): Promise<string> {
  await page.goto("about:blank");
  await page.setContent("<textarea></textarea>");
  await page.focus("textarea");
  await page.keyboard.press("ControlOrMeta+V");
  return page.inputValue("textarea");
}

const refusing = '{ writeText: () => Promise.reject(new Error("refused")) }';

for (const [name, clipboard] of [
  ["with the right to the clipboard", ""],
  ["refused the clipboard", refusing],
  ["without a clipboard, as over plain HTTP", "undefined"],
] as const) {
  t.test(`a served report ${name}: Copy copies`, { skip }, async (t) => {
    const { result } = files;
    const repeat = `${result.repeat} # ${name}`;
    const html = await renderReport({ ...files, result: { ...result, repeat } });
    writeFileSync(join(store, "run", "report.html"), html);
    const onError = (error: unknown) => t.fail(String(error));
    const server = await serveStore({ store, host: "127.0.0.1", port: 0, onError });
    t.teardown(() => server.close());

    const { page, troubles } = await browser.open(`${server.url}store/run/report.html`);
    await page.waitForSelector("#page[data-ready]");
    if (clipboard !== "") {
      await page.evaluate(`Object.defineProperty(navigator, "clipboard", { value: ${clipboard} })`);
    }
    await page.click("#repeat button");
    await page.waitForSelector("#repeat button:has-text('Copied')");
    t.equal(await page.evaluate(() => origin), "null", "the page is sandboxed all the same");
    t.same(troubles, []);
    t.equal(await pasted(page), repeat);
    await page.close();
  });
}
