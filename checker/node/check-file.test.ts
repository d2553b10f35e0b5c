import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import t from "tap";
import { formatHeader, formatOp } from "../codec.ts";
import type { HistoryHeader, Op } from "../history.ts";
import { type CheckFileInput, checkFile } from "./check-file.ts";

const header: HistoryHeader = { whitewater: 1, run: "r", seed: 1, subject: "s", model: "register" };
const limits = { timeoutMs: 60_000, memoryBytes: 2 ** 29 };
const input = { ...limits, format: "auto", checker: "linearizable", options: {} };

type Line = Omit<Op, "index" | "time">;

function textOf(lines: readonly Line[], model = header.model): string {
  const ops = lines.map((line, index) => formatOp({ index, time: index * 10, ...line }));
  return [formatHeader({ ...header, model }), ...ops, ""].join("\n");
}

const write = { process: 0, f: "write", value: "a" } as const;
const read = { process: 1, f: "read" } as const;
const stale: Line[] = [
  { type: "invoke", ...write },
  { type: "ok", ...write },
  { type: "invoke", ...read },
  { type: "ok", ...read, value: null },
];

t.test("a file is read and checked in one thread, with figures", async (t) => {
  const dir = t.testdir({
    bad: textOf(stale),
    cut: textOf(stale).slice(0, -9),
    none: textOf([]),
    zero: "",
  });

  const invalid = await checkFile({ ...input, file: join(dir, "bad") });
  t.equal(invalid.result.verdict, "invalid");
  t.match(invalid.facts, { format: "jsonl", model: "register", operationCount: 2, lines: 5 });
  t.match(invalid.core, [
    { index: 0, f: "write", input: "a", return: 1, callTime: 0, returnTime: 10 },
    { index: 2, f: "read", output: null, return: 3, callTime: 20, returnTime: 30 },
  ]);
  t.ok(invalid.checkMs > 0 && invalid.peakRssBytes < limits.memoryBytes);

  const cut = await checkFile({ ...input, file: join(dir, "cut") });
  t.match(cut, { result: { verdict: "valid" }, facts: { truncatedAtLine: 5 } });
  const none = await checkFile({ ...input, file: join(dir, "none") });
  t.match(none.result, { verdict: "valid", summary: "nothing was checked" });
  const zero = await checkFile({ ...input, file: join(dir, "zero") });
  t.match(zero, {
    result: { verdict: "valid", summary: "nothing was checked" },
    facts: { lines: 0 },
  });
  const stats = { ...input, checker: "stats", options: { okAtLeast: 1 } };
  const counted = await checkFile({ ...stats, file: join(dir, "bad") });
  t.equal(counted.result.verdict, "valid", "a checker of lines reads our own format");
});

t.test("the file that the README shows is checked as it says", async (t) => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, example = ""] = /```jsonl\n([\s\S]*?)```/.exec(readme) ?? [];
  const dir = t.testdir({ example });
  const { result, facts } = await checkFile({ ...input, file: join(dir, "example") });
  t.match(
    { result, facts },
    { result: { verdict: "invalid" }, facts: { format: "jsonl", lines: 5 } },
  );
});

t.test("what cannot be checked is refused", async (t) => {
  const dir = t.testdir({
    bad: textOf(stale),
    orphan: textOf(stale.slice(1)),
    log: "jepsen.util - 0 :invoke :read nil\n",
    "none.edn": "[]\n",
    gzip: gzipSync(textOf(stale)),
    gaps: textOf(stale).replace("\n", "\n\n\n"),
    "foreign.edn":
      "; by hand\n{:type :invoke :f :read :process 0\n :value nil}\n" +
      "{:type :invoke :f :write :process 1 :value 1}\n{:type :invoke :f :get :process 2}\n",
    hist1: '#{"format":"hist1","model":"cas"}\n\n0\t3\t0\t2\t0\t1\t2\t0\t0\t0\n',
    "foreign.log": "test starts\njepsen.util - 0 :invoke :pop nil\n",
  });
  execFileSync("mkfifo", [join(dir, "pipe")]);
  const register = { options: { model: "register" } };
  const cases: [Partial<CheckFileInput> & { file: string }, RegExp | object][] = [
    [{ file: "orphan" }, /line 2: process 0 completes what it never invoked/],
    [{ file: "bad", options: { model: "kv" } }, /line 2: op 0: model kv has no "write"/],
    [{ file: "bad", options: { model: "nope" } }, /no model "nope", expected one of: /],
    [{ file: "bad", checker: "nope" }, /no checker "nope", expected one of: /],
    [{ file: "bad", format: "nope" }, /no format "nope", expected one of: auto, /],
    [{ file: "log" }, /jepsen-log names no model: choose one of: /],
    [
      { file: "log", checker: "answers", format: "edn" },
      /answers reads jsonl only, got format edn/,
    ],
    [{ file: "log", checker: "stats" }, /stats reads jsonl only, got format jepsen-log/],
    [{ file: "." }, /expected a file, got a directory$/],
    [{ file: "pipe" }, /expected a file, got a pipe: write what comes out of it to a file first$/],
    [{ file: "gzip" }, /gzip is compressed \(gzip\): expected a history, unpack it first$/],
    [{ file: "gzip", format: "edn" }, /gzip is compressed/],
    [{ file: "gaps", options: { model: "kv" } }, /^line 4: op 0: model kv has no "write"/],
    [{ file: "orphan", checker: "stats" }, /^line 2: process 0 completes/],
    [{ file: "foreign.edn", ...register }, /^line 5: op 2: model register has no "get"/],
    [{ file: "hist1", ...register }, /^line 3: op 0: model register has no "cas"/],
    [{ file: "foreign.log", ...register }, /^line 2: op 0: model register has no "pop"/],
  ];
  for (const [{ file, ...more }, message] of cases) {
    const refused = checkFile({ ...input, ...more, file: join(dir, file) });
    await t.rejects(refused, { name: "HistoryError", message });
  }
  await t.rejects(checkFile({ ...input, file: join(dir, "absent") }), { code: "ENOENT" });
  const empty = { ...input, file: join(dir, "none.edn"), options: { model: "register" } };
  t.match((await checkFile(empty)).result, { verdict: "valid", summary: "nothing was checked" });
});

t.test("memory and time are kept, reading included", async (t) => {
  const rows = Array.from({ length: 400_000 }, (_, row) =>
    [row * 2, row * 2 + 1, 0, 1, row % 9, row + 1, 0, 0, 0, 0].join("\t"),
  );
  const big = ['#{"format":"hist1","model":"reg"}', ...rows, ""].join("\n");
  // Forty appends at once of two elements, and a read that ends with a third.
  const processes = Array.from({ length: 40 }, (_, process) => process);
  const appends = processes.map((process) => ({ process, f: "append", value: `v${process % 2}` }));
  const hard: Line[] = [
    ...appends.map((append) => ({ type: "invoke" as const, ...append })),
    ...appends.map((append) => ({ type: "ok" as const, ...append })),
    { type: "invoke", process: 0, f: "read" },
    {
      type: "ok",
      process: 0,
      f: "read",
      value: [...appends.slice(1).map(({ value }) => value), "x"],
    },
  ];
  const dir = t.testdir({ big, hard: textOf(hard, "append-list") });

  const small = await checkFile({ ...input, file: join(dir, "big"), memoryBytes: 4 * 2 ** 20 });
  t.match(small, { result: { verdict: "unknown", summary: /limit of 4 MB is too small to read/ } });

  const timeoutMs = 1000;
  const slow = await checkFile({ ...input, file: join(dir, "hard"), timeoutMs });
  if (slow.result.verdict === "unknown") {
    t.match(slow.result.summary, /time ran out|no answer within 1000 ms/);
    if (slow.result.summary.startsWith("time"))
      t.match(slow.result.progress, { of: Number, due: { index: Number } });
    t.ok(slow.checkMs >= timeoutMs * 0.9 && slow.checkMs < timeoutMs * 2, `${slow.checkMs} ms`);
  } else t.equal(slow.result.verdict, "invalid", "whoever finds it sooner is right");
});

t.test("a certain invalid stays one when the time ends while it is explained", async (t) => {
  // Decided at once; looking at each operation of the one key again takes ten times as long.
  const rows = Array.from({ length: 300_000 }, (_, row) =>
    [row * 2, row * 2 + 1, 0, 1, 0, row % 5, 0, 0, 0, 0].join("\t"),
  );
  const read = [600_000, 600_001, 0, 0, 0, 0, 0, 0, 7, 0].join("\t");
  const text = ['#{"format":"hist1","model":"reg"}', ...rows, read, ""].join("\n");
  const file = join(t.testdir({ long: text }), "long");

  const whole = await checkFile({ ...input, file });
  t.match(whole.result.anomalies, [{ operation: 300_000, isMinimal: true }]);
  const timeoutMs = Math.round(whole.checkMs / 2);
  const cut = await checkFile({ ...input, file, timeoutMs });

  t.equal(cut.result.verdict, "invalid");
  t.match(cut.result.anomalies[0]?.reason, /; the explanation was cut short: /);
  t.not(cut.result.anomalies[0]?.isMinimal, true);
  t.ok(cut.checkMs < timeoutMs + Math.max(200, timeoutMs / 5), `${cut.checkMs} of ${timeoutMs} ms`);
});
