import { checkers } from "porcupine-ts";
import t from "tap";
import { launchBrowser, skip, type TestBrowser } from "../testing/browser.ts";
import { syntheticRun } from "../testing/synthetic-run.ts";

let browser: TestBrowser;

t.before(async () => {
  if (skip === false) browser = await launchBrowser();
});
t.teardown(() => browser?.close());

/** A made-up run with what the checker really says of its history. */
function checkedRun() {
  const files = syntheticRun({ verdict: "invalid", operations: 300 });
  const budget = { stepsMax: 1e6, configurationsMax: 1e6, shouldStop: () => false };
  const found = checkers["linearizable"]?.check(files.ops, { model: "versioned-kv" }, budget);
  if (found?.verdict !== "invalid") throw new Error("the made-up run has no anomaly");
  const checks = [{ ...found, checker: "linearizable", tookMs: 1 }];
  return { ...files, result: { ...files.result, checks } };
}

t.test(
  "the core is drawn with its operations, its orders and the rest a click away",
  { skip },
  async (t) => {
    const files = checkedRun();
    const core = files.result.checks[0]?.anomalies[0]?.core ?? [];
    const { page, troubles } = await browser.openRun(files);
    const rows = page.locator(".core-operations button");
    t.equal(await rows.count(), core.length);
    t.match(await page.textContent(".struck"), /struck out/);
    t.match(await page.textContent(".struck li"), /but/);
    t.equal(await page.locator(".struck .dead").count(), await page.locator(".struck li").count());
    t.equal(await page.locator(".core .letter").first().textContent(), "A");
    await rows.first().click();
    t.equal(await rows.first().getAttribute("aria-pressed"), "true");
    t.match(page.url(), /#op=/);
    t.same(troubles, []);
    await page.close();
  },
);

t.test(
  "an order of a key is found when it is asked for, and says who has no place in it",
  { skip },
  async (t) => {
    const files = checkedRun();
    const culprit = files.result.checks[0]?.anomalies[0]?.operation;
    const { page, troubles } = await browser.openRun(files);
    t.equal(await page.locator(".linear").count(), 0, "nothing is computed unasked");
    await page.click("text=Find an order");
    await page.waitForSelector(".linear .stuck");
    t.match(
      await page.textContent("#linearization"),
      /The whole key, .*: no order holds all answers up to/,
    );
    t.match(await page.textContent(".partial-orders .dies"), /✕ client \d+: .*state/);
    await page.click(".linear .stuck button");
    t.match(page.url(), new RegExp(`#op=${culprit}`));
    const other = await page.$eval("#linearization select", (select) => {
      const { options, value } = select as HTMLSelectElement;
      return [...options].map((option) => option.value).find((key) => key !== value) ?? "";
    });
    await page.selectOption("#linearization select", other);
    t.match(await page.textContent("#linearization"), /took effect in this order/);
    t.equal(await page.locator(".linear .stuck").count(), 0);
    t.same(troubles, []);
    await page.close();
  },
);
