import t from "tap";
import { models } from "./models.ts";
import { asOnePart, operationAt, splitByKey } from "./operations.ts";
import { leftOut, OperationsBuilder } from "./operations-builder.ts";
import { operationsOf } from "./operations-of.ts";
import { pairOperations } from "./pairing.ts";
import { generateHistory } from "./testing/histories.ts";
import { createRandom } from "./testing/random.ts";

for (const model of Object.keys(models)) {
  t.test(`${model}: operations come back out of the columns as they went in`, async (t) => {
    const shape = { operations: 300, clients: 5, keys: 3, rotateAfter: 50, lost: 0.1, maybe: 0.1 };
    const ops = generateHistory({ ...shape, model, values: null }, createRandom(3));
    const operations = operationsOf(ops);
    const rows = Array.from({ length: operations.count }, (_, row) => row);
    const paired = JSON.parse(JSON.stringify(pairOperations(ops)));
    t.same(JSON.parse(JSON.stringify(rows.map((row) => operationAt(operations, row)))), paired);
    t.equal(operations.callTime[5], ops[operations.call[5] ?? 0]?.time);
  });
}

t.test("values of every shape survive, and equal ones have equal fields", async (t) => {
  const values = [
    ...[null, "", "v", 0, -1.5, true, [], ["a"], ["a", "b"], ["a", "b", "c"], [null, []]],
    ...[{}, { value: "v" }, { value: "v", version: 3 }, { version: 3, value: null }],
    ...[
      { value: "v", version: -1 },
      { value: "v", version: 2 ** 31 },
      { version: 1, value: [1, 2] },
    ],
    ...[{ value: "v", version: 1, more: 1 }, { value: "v", version: 1.5 }, { token: 1 }],
  ];
  const builder = new OperationsBuilder();
  for (const value of [...values, { version: 3, value: "v" }]) {
    const row = builder.addRow();
    builder.setInput(row, value);
    builder.setOutput(row, value);
  }
  const { input } = builder.finish();
  const operations = builder.finish();
  for (const [row, value] of values.entries()) {
    t.same(operationAt(operations, row).input, value);
  }
  const fields = (row: number) => [input.form[row], input.a[row], input.b[row]];
  t.same(fields(values.length), fields(13), "the order of fields does not matter");
  const texts = values.map((_, row) => fields(row).join());
  t.equal(new Set(texts).size, values.length);
});

t.test("rows left out are gone, and parts have the rows of one key in order", async (t) => {
  const builder = new OperationsBuilder();
  const keys = ["b", "a", undefined, "b", "a", "b"];
  for (const [place, key] of keys.entries()) {
    const row = builder.addRow();
    builder.index[row] = place;
    if (key !== undefined) builder.key[row] = builder.keys.intern(key);
    if (place === 3) builder.outcome[row] = leftOut;
  }
  const operations = builder.finish();
  t.same([...operations.index], [0, 1, 2, 4, 5]);
  const { from, rows } = splitByKey(operations);
  const part = (p: number) => [...rows.subarray(from[p], from[p + 1])];
  t.same([part(0), part(1), part(2)], [[2], [0, 4], [1, 3]]);
  t.equal(from.length, 4);
  t.same([...asOnePart(operations).rows], [0, 1, 2, 3, 4]);
  t.same([...splitByKey(new OperationsBuilder().finish()).from], [0]);
});

t.test("a history of more operations than its columns can number is refused", async (t) => {
  const builder = new OperationsBuilder();
  builder.count = 2 ** 30 - 1;
  const message = "expected at most 1073741823 operations, got one more";
  t.throws(() => builder.addRow(), { code: "E_HISTORY", message });
});
