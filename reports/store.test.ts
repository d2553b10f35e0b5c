import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatHeader, formatOp } from "porcupine-ts";
import t from "tap";
import { createRunDir, readRun, writeReport, writeResult } from "./store.ts";
import { rowsOf } from "./testing/rows-of.ts";
import { type SyntheticRun, syntheticRun } from "./testing/synthetic-run.ts";

async function writeRun(folder: string, files: SyntheticRun): Promise<void> {
  const { run, seed, subject } = files.result;
  const header = formatHeader({ whitewater: 1, run, seed, subject, model: "versioned-kv" });
  const lines = [header, ...files.ops.map(formatOp)];
  await writeFile(join(folder, "history.jsonl"), `${lines.join("\n")}\n`);
  const { logs, trace, messages } = files.texts;
  for (const [sub, extension, texts] of [
    ["logs", "log", logs],
    ["trace", "jsonl", trace],
    ["messages", "jsonl", messages],
  ] as const) {
    await mkdir(join(folder, sub));
    for (const [node, text] of Object.entries(texts)) {
      await writeFile(join(folder, sub, `${node}.${extension}`), text);
    }
  }
}

t.test("a run reads back as it was written, and its page is made from that", async (t) => {
  const files = syntheticRun({ verdict: "invalid", operations: 1000 });
  const folder = await createRunDir({ run: "r1", out: join(t.testdir(), "new", "run") });
  await writeRun(folder, files);
  await writeResult(folder, files.result);

  const { table, ...read } = await readRun(folder);
  const { table: written, ops, texts, ...others } = files;
  t.same(read, others);
  t.same(rowsOf(table), rowsOf(written));
  const page = await writeReport(folder);
  t.match(await readFile(page, "utf8"), /^<!doctype html>/);
});

t.test("a page that is written again is told by this version, and so is its result", async (t) => {
  const files = syntheticRun({ verdict: "invalid", operations: 1000 });
  const folder = t.testdir();
  await writeRun(folder, files);
  await writeResult(folder, { ...files.result, sentence: "Said long ago." });

  const page = await writeReport(folder);
  const { result } = await readRun(folder);
  t.match(result.sentence, /^client \d+ read /);
  t.match(await readFile(page, "utf8"), result.sentence);
  t.match(await readFile(join(folder, "report.md"), "utf8"), result.sentence);
});

t.test("a folder that is not empty is refused", async (t) => {
  const out = t.testdir({ "history.jsonl": "" });
  await t.rejects(createRunDir({ run: "r1", out }), { code: "E_OUT_NOT_EMPTY" });
  const file = join(out, "history.jsonl");
  await t.rejects(createRunDir({ run: "r1", out: file }), { code: "E_OUT_NOT_EMPTY" });
  await t.rejects(createRunDir({ run: "r1", out: join(file, "x") }), { code: "E_OUT_NOT_EMPTY" });
});

t.test("a folder that holds no finished run is named with the reason", async (t) => {
  const cases = [
    { name: "cut short", folder: { "history.jsonl": "" }, reason: /run was cut short/ },
    { name: "something else", folder: { "notes.txt": "" }, reason: /no result\.json/ },
    { name: "torn", folder: { "result.json": '{"whitewater":' }, reason: /not JSON/ },
    { name: "foreign", folder: { "result.json": '{"ok":true}' }, reason: /"whitewater": 1/ },
  ];
  for (const { name, folder, reason } of cases) {
    const error = { code: "E_RUN_DIR", message: reason };
    await t.rejects(readRun(t.testdir(folder)), error, name);
  }
  const { result } = syntheticRun({ verdict: "valid", operations: 20 });
  const text = JSON.stringify(result);
  const without = t.testdir({ "result.json": text });
  await t.rejects(writeReport(without), { code: "E_RUN_DIR", message: /no history\.jsonl/ });
  const odd = t.testdir({ "result.json": text, "history.jsonl": {} });
  await t.rejects(writeReport(odd), { code: "E_RUN_DIR", message: /history\.jsonl is not a file/ });
  const missing = join(t.testdir(), "nowhere");
  await t.rejects(readRun(missing), { code: "E_RUN_DIR", message: /does not exist/ });
});

t.test(
  "an empty history is one without operations, and folders of evidence may be anything",
  async (t) => {
    const { result } = syntheticRun({ verdict: "valid", operations: 20 });
    const files = { "result.json": JSON.stringify(result), "history.jsonl": "" };
    const folder = t.testdir({ ...files, trace: "no folder", logs: { "n1.log": {} } });
    const { table, logs } = await readRun(folder);
    t.equal(table.size, 0);
    t.same(logs, {});
  },
);

t.test("torn trace lines are left out, and only the last part of a long log is read", async (t) => {
  const files = syntheticRun({ verdict: "valid", operations: 100 });
  const folder = t.testdir();
  await writeRun(folder, files);
  await writeResult(folder, files.result);
  const kept = { mono: 5, kind: "start", term: 1 };
  const trace = `${JSON.stringify(kept)}\n{"mono":6,"kind":"append"}\n{"mono":7,"ki`;
  await writeFile(join(folder, "trace", "n1.jsonl"), trace);
  await writeFile(join(folder, "logs", "n1.log"), `${"x".repeat(300 * 1024)}the end`);

  const { logs, trace: read } = await readRun(folder);

  t.same(read["n1"], [kept]);
  t.match(logs["n1"], /^… \d+ bytes before this are in logs\/n1\.log\nx+the end$/);
  t.ok((logs["n1"]?.length ?? 0) < 260 * 1024);
});
