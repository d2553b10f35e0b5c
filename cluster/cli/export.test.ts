import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { runCli } from "../testing/cli.ts";

const lines = [
  { whitewater: 1, run: "r", seed: 1, subject: "raft-kv", model: "register" },
  { index: 0, time: 1, process: 0, type: "invoke", f: "write", key: "k", value: "a" },
  { index: 1, time: 2, process: "nemesis", type: "info", f: "inject", value: { id: "p1" } },
  { index: 2, time: 3, process: 0, type: "ok", f: "write", key: "k" },
];
const history = lines.map((line) => `${JSON.stringify(line)}\n`).join("");

t.test("a history is exported as EDN, and check reads it", async (t) => {
  const folder = t.testdir({ "history.jsonl": `${history}{"index":3,"ti`, bad: "no history\n" });
  const at = (file: string): string => join(folder, file);

  const exported = await runCli("export", at("history.jsonl"), "--out", at("h.edn"));
  t.equal(exported.code, 0, exported.stderr);
  t.match(exported.stderr, /3 ops in .*h\.edn/);
  t.match(readFileSync(at("h.edn"), "utf8"), /:f :write, :value \["k" "a"\]\}\n.*:nemesis/);
  const checked = await runCli("check", at("h.edn"), "--model", "register", "--json");
  t.match(JSON.parse(checked.stdout), { verdict: "valid", operationCount: 1, format: "edn" });

  const again = await runCli("export", at("history.jsonl"), "--out", at("h.edn"));
  t.match(again, { code: 64, stderr: /h\.edn exists/ });
  const refused = await runCli("export", at("bad"), "--out", at("b.edn"));
  t.match(refused, { code: 64, stderr: /line 1 is not JSON/ });
  t.notOk(existsSync(at("b.edn")), "no half of a file is left");
});

t.test("a run is exported as a trace, from its folder or its history", async (t) => {
  const folder = t.testdir();
  const run = join(folder, "run");
  const args = ["quickstart", "--driver", "sim", "--seed", "3", "--out", run];
  await runCli("run", ...args);

  const exported = await runCli(
    "export",
    run,
    "--format",
    "trace",
    "--out",
    join(folder, "t.json"),
  );
  t.equal(exported.code, 0, exported.stderr);
  const { traceEvents } = JSON.parse(readFileSync(join(folder, "t.json"), "utf8"));
  t.ok(traceEvents.some((event: { cat?: string }) => event.cat === "role"));
  const same = await runCli(
    "export",
    join(run, "history.jsonl"),
    "--format",
    "trace",
    "--out",
    "-",
  );
  t.same(JSON.parse(same.stdout).traceEvents, traceEvents);

  const missing = join(folder, "missing");
  const refused = await runCli("export", missing, "--format", "trace", "--out", join(folder, "x"));
  t.match(refused, { code: 64, stderr: /cannot export/ });
});
