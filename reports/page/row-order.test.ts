import fc from "fast-check";
import t from "tap";
import { isSortColumn, type OrderSource, sortRows } from "./row-order.ts";

const dictionary = ["k10", "k2", "n1", "n2", "put", "get", "Timeout"];
const table: OrderSource = {
  size: 4,
  process: Int32Array.of(3, 1, 2, 1),
  outcome: Uint8Array.of(2, 0, 1, 0),
  f: Int32Array.of(4, 5, 4, 5),
  key: Int32Array.of(0, 1, -1, 0),
  node: Int32Array.of(3, 2, 2, 3),
  error: Int32Array.of(-1, -1, 6, -1),
  took: Float64Array.of(5e9, -1, 70_000_000_001, 70_000_000_000),
  dictionary,
};

const cases = [
  { by: "op", up: [0, 1, 2, 3], down: [3, 2, 1, 0] },
  { by: "client", up: [1, 3, 2, 0], down: [0, 2, 1, 3] },
  { by: "outcome", up: [1, 3, 2, 0], down: [0, 2, 1, 3] },
  { by: "f", up: [1, 3, 0, 2], down: [0, 2, 1, 3] },
  { by: "key", up: [1, 0, 3, 2], down: [0, 3, 1, 2] },
  { by: "node", up: [1, 2, 0, 3], down: [0, 3, 1, 2] },
  { by: "error", up: [2, 0, 1, 3], down: [2, 0, 1, 3] },
  { by: "took", up: [0, 3, 2, 1], down: [2, 3, 0, 1] },
] as const;

for (const { by, up, down } of cases) {
  t.test(`rows by ${by}: ties in call order, nothing there comes last`, async (t) => {
    const rows = Int32Array.of(0, 1, 2, 3);
    sortRows(rows, table, by, false);
    t.same([...rows], up);
    const back = Int32Array.of(0, 1, 2, 3);
    sortRows(back, table, by, true);
    t.same([...back], down);
  });
}

t.test("any numbers are put in order", async (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 52 })), (numbers) => {
      const rows = Int32Array.from(numbers, (_, row) => row);
      sortRows(rows, { ...table, took: Float64Array.from(numbers) }, "took", false);
      const wanted = numbers.map((_, row) => row);
      wanted.sort((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0));
      t.same([...rows], wanted);
    }),
    { numRuns: 50 },
  );
});

t.test("only what there is can be sorted by", async (t) => {
  t.ok(isSortColumn("took"));
  t.notOk(isSortColumn("constructor"));
});
