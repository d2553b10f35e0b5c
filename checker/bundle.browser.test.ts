import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import t from "tap";

// The package as a page has it: bundled without anything of Node, run in a real browser.

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const isRequired = process.env["WHITEWATER_REQUIRE_DOCKER"] === "1";
const skip = existsSync(executablePath) || isRequired ? false : `no browser at ${executablePath}`;

const page = `
  import { checkLinearizable, models, operationsOf } from "porcupine-ts";
  import { toBeLinearizable } from "porcupine-ts/matchers";
  const line = (index, type, f, value) => ({ index, time: index, process: 0, type, f, value });
  const history = (seen) => [
    line(0, "invoke", "write", 1), line(1, "ok", "write"),
    line(2, "invoke", "read"), line(3, "ok", "read", seen),
  ];
  const budget = { stepsMax: 1e6, configurationsMax: 1e5, shouldStop: () => false };
  const verdict = (seen) =>
    checkLinearizable(models.register, operationsOf(history(seen)), budget).verdict;
  globalThis.answers = [verdict(1), verdict(2), toBeLinearizable.call({}, history(2), "register").message()];
`;

async function bundle(): Promise<string> {
  const resolveDir = fileURLToPath(new URL(".", import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents: page, resolveDir, loader: "js" },
    bundle: true,
    platform: "browser",
    format: "iife",
    conditions: ["porcupine-source"],
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

t.test("the package bundles for a browser without node: imports", async (t) => {
  const text = await bundle();
  t.notMatch(text, /["']node:/);
  t.notMatch(text, /\brequire\(/);
});

t.test("the bundle gives verdicts in a browser", { skip }, async (t) => {
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  t.teardown(() => browser.close());
  const tab = await browser.newPage();
  const troubles: string[] = [];
  tab.on("pageerror", (error) => troubles.push(error.message));

  await tab.addScriptTag({ content: await bundle() });
  const answers = await tab.evaluate("globalThis.answers");

  t.match(answers, ["valid", "invalid", /^invalid: .*/]);
  t.same(troubles, []);
});
