import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { bundleModule, bundleNode } from "./bundle.ts";

const programFile = fileURLToPath(new URL("testing/echo.ts", import.meta.url));
const bugFile = fileURLToPath(new URL("testing/echo-bug.ts", import.meta.url));

t.test("the correct build holds no code of a bug, the planted one does", async (t) => {
  const correct = await bundleNode({ programFile });
  const planted = await bundleNode({ programFile, bugFile });

  const text = (code: Uint8Array): string => Buffer.from(code).toString();
  t.notMatch(text(correct.code), /planted|plantBug/);
  t.match(text(planted.code), /planted/);
  t.not(correct.hash, planted.hash);
});

t.test("the same sources give the same hash, and no path of this machine", async (t) => {
  const [first, second] = [await bundleNode({ programFile }), await bundleNode({ programFile })];

  t.equal(first.hash, second.hash);
  t.notOk(Buffer.from(first.code).includes(fileURLToPath(new URL("..", import.meta.url))));
});

t.test("a bundle is one CommonJS file that says what it needs", async (t) => {
  const { code } = await bundleNode({ programFile });
  const file = join(t.testdir(), "node.cjs");
  writeFileSync(file, code);

  const { status, stdout } = spawnSync(process.execPath, [file], { encoding: "utf8", env: {} });

  t.equal(status, 1);
  t.match(stdout, /WHITEWATER_NODE/);
});

t.test("a file that is missing is an error", async (t) => {
  await t.rejects(bundleNode({ programFile: "/nowhere/program.ts" }), /nowhere/);
  await t.rejects(bundleModule("./nowhere/main"), /nowhere/);
});
