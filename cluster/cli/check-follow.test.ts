import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatOp, type Op } from "porcupine-ts";
import t from "tap";
import { runCli, startCli } from "../testing/cli.ts";

// Builds once where sources are newer.
await runCli("--help");

const header = '{"whitewater":1,"run":"r","seed":1,"subject":"kvsrv","model":"versioned-kv"}\n';

/** A get by itself that answers `version`. */
function get(index: number, version: number): string {
  const common = { process: 0, f: "get", key: "k" };
  const value = { value: version === 0 ? null : "x", version };
  const call: Op = { index, time: index, type: "invoke", ...common };
  const answer: Op = { index: index + 1, time: index + 1, type: "ok", ...common, value };
  return `${formatOp(call)}\n${formatOp(answer)}\n`;
}

t.test("--follow tells a violation at once and ends with the run", async (t) => {
  const dir = t.testdir({ "history.jsonl": `${header}${get(0, 0)}` });
  const file = join(dir, "history.jsonl");
  const { child, until, ended } = startCli(["check", file, "--follow", "--json"]);

  await until(/1 operation so far/);
  appendFileSync(file, get(2, 1));
  await until(/violation: phantom on key k at op 2/);
  t.equal(child.exitCode, null, "it goes on until the run is over");
  appendFileSync(file, get(4, 0));
  writeFileSync(join(dir, "result.json"), "{}");
  const { code, stdout } = await ended;

  t.equal(code, 1);
  const followed = JSON.parse(stdout);
  t.match(followed, { verdict: "invalid", operationCount: 3, lines: 7, model: "versioned-kv" });
  const checked = await runCli("check", file, "--json");
  t.same(
    Object.keys(followed),
    Object.keys(JSON.parse(checked.stdout)),
    "the keys of a plain check",
  );
});

t.test("--follow ends at Ctrl-C with 130", async (t) => {
  const file = join(t.testdir({ "h.jsonl": `${header}${get(0, 0)}` }), "h.jsonl");
  const { child, until, ended } = startCli(["check", file, "--follow", "--json"]);
  await until(/1 operation so far/);
  child.kill("SIGINT");
  const { code, stdout } = await ended;

  t.equal(code, 130);
  t.match(JSON.parse(stdout), { verdict: "valid", operationCount: 1 });
});

t.test("--follow refuses what it cannot judge", async (t) => {
  const file = join(t.testdir({ "h.jsonl": `${header}${get(0, 0)}` }), "h.jsonl");
  const stats = await runCli("check", file, "--follow", "--checker", "stats");
  t.equal(stats.code, 64);
  t.match(stats.stderr, /--follow judges with linearizable only/);
  const absent = await runCli("check", `${file}.absent`, "--follow");
  t.equal(absent.code, 64);
  t.match(absent.stderr, /cannot read .*absent/);
});
