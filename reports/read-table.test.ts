import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatHeader, formatOp, type Op } from "porcupine-ts";
import t, { type Test } from "tap";
import { readTable } from "./read-table.ts";
import { tableOf } from "./table-builder.ts";
import { rowsOf } from "./testing/rows-of.ts";
import { syntheticRun } from "./testing/synthetic-run.ts";

const header = formatHeader({ whitewater: 1, run: "r", seed: 1, subject: "s", model: "kv" });

async function written(t: Test, lines: readonly string[], end = "\n"): Promise<string> {
  const file = join(t.testdir(), "history.jsonl");
  await writeFile(file, [header, ...lines].join("\n") + end);
  return file;
}

function textOf(ops: readonly Op[]): string[] {
  return ops.map(formatOp);
}

t.test("a file gives the table of its ops", async (t) => {
  const { ops, table } = syntheticRun({ verdict: "invalid", operations: 2000 });
  t.same(rowsOf(await readTable(await written(t, textOf(ops)))), rowsOf(table));
});

t.test("no operation, one operation, and a torn last line", async (t) => {
  t.equal((await readTable(await written(t, []))).size, 0);
  const invoke = { index: 0, time: 5, process: 0, type: "invoke", f: "get", key: "k" } as const;
  const torn = '{"index":1,"time":9,"process":0,"type":"ok","f":"get","val';
  for (const [lines, end] of [
    [textOf([invoke]), "\n"],
    [textOf([invoke]), ""],
    [[...textOf([invoke]), torn], ""],
  ] as const) {
    const table = await readTable(await written(t, lines, end));
    t.match(rowsOf(table), [{ index: 0, call: 5, return: null, outcome: "info" }]);
    t.equal(table.size, 1);
  }
});

t.test("what no client could have recorded is looked at all the same", async (t) => {
  const ops: Op[] = [
    { index: 0, time: 5, process: 0, type: "ok", f: "get", value: 1 },
    { index: 1, time: 6, process: 0, type: "invoke", f: "get" },
    { index: 2, time: 7, process: 0, type: "invoke", f: "put" },
    { index: 9, time: 3, process: 0, type: "ok", f: "put", value: 2 ** 60 },
  ];
  const table = await readTable(await written(t, textOf(ops)));
  t.same(rowsOf(table), rowsOf(tableOf(ops)));
  t.match(rowsOf(table), [
    { f: "get", return: null },
    { f: "put", outcome: "ok" },
  ]);
  const torn = await readTable(await written(t, [...textOf(ops), '{"ind'], ""));
  t.equal(torn.size, 2);
});

t.test("many different errors all keep their text", async (t) => {
  const ops = Array.from({ length: 300 }, (_, process): Op[] => {
    const common = { process, f: "get", time: process };
    const error = `refused by port ${process}`;
    return [
      { ...common, index: process * 2, type: "invoke" },
      { ...common, index: process * 2 + 1, type: "fail", error },
    ];
  }).flat();
  const table = await readTable(await written(t, textOf(ops)));
  t.equal(table.at(299).error, "refused by port 299");
});

t.test("a value of a megabyte and ten thousand keys", async (t) => {
  const large = "x".repeat(2 ** 20);
  const ops = Array.from({ length: 10_000 }, (_, index): Op => {
    const value = index === 77 ? large : index;
    return {
      index,
      time: index,
      process: index,
      type: "invoke",
      f: "put",
      key: `k${index}`,
      value,
    };
  });
  const table = await readTable(await written(t, textOf(ops)));
  t.equal(table.at(77).input, large);
  t.equal(table.at(9_999).key, "k9999");
});

t.test("a line that is no op is named, a missing file too", async (t) => {
  const nonsense = readTable(await written(t, ["nonsense", ...textOf([])]));
  await t.rejects(nonsense, { code: "E_HISTORY", message: /line 2/ });
  await t.rejects(readTable(await written(t, ['{"index":0}'])), { code: "E_HISTORY" });
  await t.rejects(readTable(join(t.testdir(), "nowhere")), { code: "ENOENT" });
  const empty = join(t.testdir(), "empty");
  await writeFile(empty, "");
  t.equal((await readTable(empty)).size, 0, "nothing at all is a history without operations");
});
