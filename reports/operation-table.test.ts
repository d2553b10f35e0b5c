import fc from "fast-check";
import { forms, type Op } from "porcupine-ts";
import t from "tap";
import { packTable, unpackTable } from "./columns.ts";
import { tableOf } from "./table-builder.ts";
import { rowsOf } from "./testing/rows-of.ts";
import { syntheticRun } from "./testing/synthetic-run.ts";
import { valueForms } from "./value-columns.ts";

t.test("an invocation is paired with the next completion of its process", async (t) => {
  const table = tableOf([
    { index: 0, time: 1, process: 0, type: "invoke", f: "get", key: "k" },
    { index: 1, time: 2, process: "nemesis", type: "info", f: "inject" },
    { index: 2, time: 3, process: 1, type: "invoke", f: "put", key: "k", value: 5 },
    { index: 3, time: 4, process: 0, type: "ok", f: "get", key: "k", value: 4, node: "n2" },
  ]);
  t.match(rowsOf(table), [
    { index: 0, call: 1, return: 4, outcome: "ok", output: 4, node: "n2" },
    { index: 2, call: 3, return: null, outcome: "info", input: 5, error: null },
  ]);
  t.match(table.find(2), { f: "put", key: "k" });
  t.equal(table.find(1), undefined);
  t.throws(() => table.at(2), RangeError);
});

t.test("a completion without an invocation is left out, not an error", async (t) => {
  t.equal(tableOf([{ index: 0, time: 1, process: 3, type: "ok", f: "get" }]).size, 0);
});

t.test("time and indices that run backwards still give rows in call order", async (t) => {
  const table = tableOf([
    { index: 7, time: 30, process: 0, type: "invoke", f: "late" },
    { index: 3, time: 10, process: 1, type: "invoke", f: "early" },
    { index: 3, time: 5, process: 1, type: "ok", f: "early" },
  ]);
  t.match(rowsOf(table), [{ f: "early", return: 10 }, { f: "late" }]);
  t.same(
    [7, 3, 4].map((index) => table.rowOf(index)),
    [1, 0, -1],
  );
});

t.test("rows of a stretch of time are found by their calls", async (t) => {
  const calls = [10, 20, 20, 30];
  const ops = calls.map((time, index) => {
    return { index, time, process: index, type: "invoke", f: "get" } as const;
  });
  const table = tableOf(ops);
  t.same(
    [0, 10, 11, 20, 30, 31].map((ns) => table.firstCallAt(ns)),
    [0, 0, 1, 1, 3, 4],
  );
});

t.test("values are taken apart by the codes of porcupine-ts", async (t) => {
  t.same(valueForms, forms);
});

t.test("operations survive the way into the page and back", async (t) => {
  const { table } = syntheticRun({ verdict: "invalid", operations: 500 });
  const back = unpackTable(packTable(table));
  t.same(rowsOf(back), rowsOf(table));
  t.same(back.dictionary, table.dictionary);
  t.equal(unpackTable(packTable(tableOf([]))).size, 0);
  t.throws(() => unpackTable(packTable(table).subarray(0, -1)), RangeError);
});

t.test("any values, times and names survive it", async (t) => {
  const time = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.double({ noNaN: true, min: 0, max: 1e15 }));
  const value = fc.oneof(
    fc.constant(undefined),
    fc.jsonValue({ noUnicodeString: false }),
    fc.record({ value: fc.string(), version: fc.nat() }),
    fc.tuple(fc.nat(), fc.string()),
  );
  const operation = fc.record({ time, value, key: fc.string({ unit: "grapheme" }), answer: value });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 20 }), (list) => {
      const ops: Op[] = list.flatMap(({ time, value, key, answer }, place) => {
        const common = { time, process: place, f: "put", key };
        return [
          { ...common, index: place * 2, type: "invoke", value },
          { ...common, index: place * 2 + 1, type: "ok", value: answer },
        ] as const;
      });
      const table = tableOf(ops);
      t.same(rowsOf(unpackTable(packTable(table))), rowsOf(table));
      t.equal(table.size, list.length);
      for (const [place, { value, answer }] of list.entries()) {
        const { input, output } = table.find(place * 2) ?? {};
        t.same(
          [input, output],
          JSON.parse(JSON.stringify([value, answer])).map(noNull(value, answer)),
        );
      }
    }),
    { numRuns: 60 },
  );
});

/** An absent value is absent, and no null, in the table. */
function noNull(...given: readonly unknown[]) {
  return (value: unknown, place: number) => (given[place] === undefined ? undefined : value);
}
