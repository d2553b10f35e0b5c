import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import t from "tap";
import { launchBrowser, skip, type TestBrowser } from "../testing/browser.ts";
import { syntheticRun } from "../testing/synthetic-run.ts";

// Every page is scanned by axe (https://github.com/dequelabs/axe-core), in light and in dark.

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser: TestBrowser;

t.before(async () => {
  if (skip === false) browser = await launchBrowser();
});
t.teardown(() => browser?.close());

/** Serious and critical findings, one line each: rule, where, what to do. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const violations = (await page.evaluate("axe.run().then(({ violations }) => violations)")) as {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly target: unknown; readonly failureSummary: string }[];
  }[];
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`),
    );
}

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
