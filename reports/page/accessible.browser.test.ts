import t from "tap";
import { findings } from "../testing/axe.ts";
import { launchBrowser, skip, type TestBrowser } from "../testing/browser.ts";
import { syntheticRun } from "../testing/synthetic-run.ts";

// The page of a run is scanned by axe, in light and in dark.

let browser: TestBrowser;

t.before(async () => {
  if (skip === false) browser = await launchBrowser();
});
t.teardown(() => browser?.close());

for (const verdict of ["valid", "invalid", "unknown", "vacuous"] as const) {
  for (const dark of [false, true]) {
    const name = `a ${verdict} run, ${dark ? "dark" : "light"}`;
    t.test(`${name}: nothing serious for a screen reader`, { skip }, async (t) => {
      const { page } = await browser.openRun(syntheticRun({ verdict, operations: 500 }), { dark });
      t.same(await findings(page), []);
      await page.close();
    });
  }
}

t.test("the scan would find an image without text", { skip }, async (t) => {
  const { page } = await browser.openRun(syntheticRun({ verdict: "valid", operations: 10 }));
  await page.evaluate(() => document.body.append(document.createElement("img")));
  t.match(await findings(page), [/^image-alt/]);
  await page.close();
});
