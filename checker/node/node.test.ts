import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import t from "tap";
import { formatHeader, formatOp } from "../codec.ts";
import type { HistoryHeader, Op } from "../history.ts";
import { generateHistory } from "../testing/histories.ts";
import { createRandom } from "../testing/random.ts";
import { exportEdn } from "./export-edn.ts";
import { graceMs, isOutOfMemory } from "./limits.ts";
import { readHistory } from "./read-history.ts";
import { runChecks } from "./run-checks.ts";

const header: HistoryHeader = {
  whitewater: 1,
  run: "r1",
  seed: 7,
  subject: "kvsrv",
  model: "versioned-kv",
};
const shape = {
  model: "versioned-kv",
  operations: 300,
  clients: 5,
  keys: 3,
  rotateAfter: 100,
  lost: 0.05,
  maybe: 0.05,
  values: null,
};
const ops = generateHistory(shape, createRandom(4));
const limits = { timeoutMs: 60_000, memoryBytes: 512 * 2 ** 20 };
const linearizable = { checker: "linearizable", options: { model: "versioned-kv" } };
const stats = { checker: "stats", options: { okAtLeast: 10 } };
const text = [formatHeader(header), ...ops.map(formatOp), ""].join("\n");

t.test("a history file is read back, errors name the line", async (t) => {
  const dir = t.testdir({
    good: text,
    cut: text.slice(0, -20),
    broken: text.replace('"process":', '"process"'),
    empty: "",
    packed: gzipSync(text),
    windows: `\ufeff${text.replaceAll("\n", "\r\n")}`,
  });
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

  t.same(await readHistory(join(dir, "good")), plain({ header, ops }));
  t.same(await readHistory(join(dir, "windows")), plain({ header, ops }));
  const cut = await readHistory(join(dir, "cut"));
  t.equal(cut.truncatedAtLine, ops.length + 1);
  t.equal(cut.ops.length, ops.length - 1, "what came before the cut is there");
  await t.rejects(readHistory(join(dir, "broken")), { code: "E_HISTORY", details: { line: 2 } });
  await t.rejects(readHistory(join(dir, "empty")), { code: "E_HISTORY" });
  await t.rejects(readHistory(join(dir, "missing")), { code: "ENOENT" });
  const packed = join(dir, "packed");
  const refusal = {
    code: "E_HISTORY",
    message: `${packed} is compressed (gzip): expected a history, unpack it first`,
  };
  await t.rejects(readHistory(packed), refusal);
  const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });
  await t.rejects(exportEdn(packed, nowhere(), { transactions: false }), refusal);
  t.equal(await exportEdn(join(dir, "windows"), nowhere(), { transactions: false }), ops.length);
});

t.test("checks run in a worker and answer in order", async (t) => {
  const started: string[] = [];
  const results = await runChecks({
    ...limits,
    ops,
    checks: [linearizable, stats],
    onProgress: ({ checker, done, of }) => started.push(`${checker} ${done}/${of}`),
  });
  t.match(results, [
    { checker: "linearizable", verdict: "valid", tookMs: Number },
    { checker: "stats", verdict: "valid" },
  ]);
  t.same(started, ["linearizable 0/2", "stats 1/2"]);
});

t.test("a checker that throws is unknown and the others still run", async (t) => {
  const checks = [
    { ...linearizable, options: { model: "nope" } },
    stats,
    { ...stats, checker: "x" },
  ];
  const results = await runChecks({ ...limits, ops, checks });
  t.match(results, [
    { verdict: "unknown", summary: /no model "nope"/ },
    { verdict: "valid" },
    { verdict: "unknown", summary: /no checker "x"/ },
  ]);
});

/** Appends of two elements by 40 clients at once, in any order; the list read ends with a third. */
function hardHistory(): Op[] {
  const processes = Array.from({ length: 40 }, (_, process) => process);
  const elements = processes.map((process) => (process % 2 === 0 ? "a" : "b"));
  const lines: Omit<Op, "index" | "time">[] = [
    ...processes.map((process) => {
      return { process, type: "invoke" as const, f: "append", value: elements[process] };
    }),
    ...processes.map((process) => ({ process, type: "ok" as const, f: "append" })),
    { process: 0, type: "invoke", f: "read" },
    { process: 0, type: "ok", f: "read", value: [...elements.slice(1), "c"] },
  ];
  return lines.map((line, index) => ({ index, time: index, ...line }));
}

t.test("time and memory are bounded: unknown, never a crash", async (t) => {
  const hard = { checker: "linearizable", options: { model: "append-list" } };
  const checks = [hard, { checker: "recovery", options: {} }];
  const slow = await runChecks({ ...limits, timeoutMs: 2000, ops: hardHistory(), checks });
  t.match(slow, [{ verdict: "unknown", summary: /time ran out/ }, { verdict: "valid" }]);

  const small = { timeoutMs: 60_000, memoryBytes: 2 ** 20, ops: hardHistory(), checks };
  t.match(await runChecks(small), [
    { verdict: "unknown", summary: /memory/ },
    { verdict: "valid" },
  ]);
});

t.test("a heap that overflows: memory ran out, the limit and what to do", async (t) => {
  // Far more than the least heap of a worker holds.
  const long = Array.from({ length: 1000 }, (_, place) => place / 3);
  const ops = Array.from({ length: 20_000 }, (_, index) => {
    const type = index % 2 === 0 ? ("invoke" as const) : ("ok" as const);
    return {
      index,
      time: index,
      process: 0,
      type,
      f: "write",
      key: `k${index >> 1}`,
      value: [...long],
    };
  });
  const checks = [{ checker: "linearizable", options: { model: "register" } }];
  const [result] = await runChecks({ timeoutMs: 60_000, memoryBytes: 2 ** 20, ops, checks });
  t.match(result, {
    verdict: "unknown",
    summary: /^memory ran out: the limit of 1 MB is too small to check the history, .*--memory/,
  });
});

t.test("a check that never asks is ended within a tenth of its limit", async (t) => {
  for (const limitMs of [200, 500, 1000, 3000, 60_000]) {
    t.ok(graceMs(limitMs) > 0 && graceMs(limitMs) < limitMs / 10, `${limitMs} ms`);
  }
});

t.test("what cannot be made for its size is memory that ran out", async (t) => {
  t.ok(isOutOfMemory(new RangeError("Array buffer allocation failed")));
  t.ok(isOutOfMemory(new RangeError("Map maximum size exceeded")));
  t.ok(isOutOfMemory(new RangeError("Invalid string length")));
  t.notOk(isOutOfMemory(new RangeError("no checker")));
  t.notOk(isOutOfMemory(new Error("Invalid string length")));
});

t.test("the build works without source, worker included", async (t) => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const dir = t.testdir({ "h.jsonl": text });
  const outDir = join(dir, "dist");
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  runNode([tsc, "-p", join(root, "checker"), "--outDir", outDir]);
  writeFileSync(join(outDir, "package.json"), `{"type":"module"}`);
  const script = `
    import { readHistory, runChecks } from "./node/index.js";
    const { ops } = await readHistory(${JSON.stringify(join(dir, "h.jsonl"))});
    const checks = ${JSON.stringify([linearizable, stats])};
    const results = await runChecks({ ops, checks, timeoutMs: 60000, memoryBytes: 2 ** 29 });
    process.stdout.write(JSON.stringify(results.map(({ verdict }) => verdict)));
  `;
  writeFileSync(join(outDir, "main.js"), script);
  const stdout = runNode([join(outDir, "main.js")]);
  t.same(JSON.parse(stdout), ["valid", "valid"]);
});

/** Node without the loaders that the test runner puts into the environment of its children. */
function runNode(args: readonly string[]): string {
  const env = ["-u", "NODE_OPTIONS", process.execPath];
  return execFileSync("env", [...env, ...args], { encoding: "utf8" });
}
