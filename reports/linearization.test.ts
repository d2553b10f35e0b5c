import { type Model, models } from "porcupine-ts";
import t from "tap";
import { linearize, type Point, pageOf, underWay } from "./linearization.ts";
import type { PairedOperation } from "./operations.ts";

const model = models["versioned-kv"] as Model;

function op(index: number, call: number, end: number | null, fields: Partial<PairedOperation>) {
  return {
    index,
    process: index,
    f: "get",
    key: "k1",
    input: undefined,
    output: undefined,
    outcome: end === null ? "info" : "ok",
    error: null,
    node: null,
    call,
    return: end,
    ...fields,
  } satisfies PairedOperation;
}

const put = (index: number, call: number, end: number | null, value: string, version: number) =>
  op(index, call, end, { f: "put", input: { value, version } });
const get = (index: number, call: number, end: number, value: string | null, version: number) =>
  op(index, call, end, { output: { value, version } });

t.test("a history that has an order: each takes effect between call and return", async (t) => {
  // The put of b is never answered, but it was read.
  const operations = [put(0, 0, 10, "a", 0), put(2, 5, null, "b", 1), get(4, 20, 30, "b", 2)];
  const found = linearize(model, operations);
  t.equal(found.verdict, "valid");
  t.same(
    found.order.map(({ operation, state }) => [operation.index, state]),
    [
      [0, '"a" at version 1'],
      [2, '"b" at version 2'],
      [4, '"b" at version 2'],
    ],
  );
  for (const [place, { operation, at }] of found.order.entries()) {
    t.ok(at >= operation.call && at <= (operation.return ?? Infinity));
    t.ok(at >= (found.order[place - 1]?.at ?? 0), "points never go back");
  }
});

t.test("a history that has none: the longest beginning, and who cannot follow", async (t) => {
  const operations = [
    put(0, 0, 10, "a", 0),
    put(2, 20, 30, "b", 1),
    get(4, 40, 50, "a", 1),
    get(6, 60, 70, "b", 2),
  ];
  const found = linearize(model, operations);
  t.equal(found.verdict, "invalid");
  t.equal(found.stuck?.index, 4);
  t.same(
    found.order.map(({ operation }) => operation.index),
    [0, 2],
  );
  t.equal(found.order.at(-1)?.state, '"b" at version 2');
  t.equal(found.total, 4);
});

t.test("the very first answer may be the impossible one", async (t) => {
  const found = linearize(model, [get(0, 0, 10, "z", 3)]);
  t.equal(found.stuck?.index, 0);
  t.same(found.order, []);
});

t.test("what happens at one moment overlaps", async (t) => {
  const found = linearize(model, [put(0, 0, 10, "a", 0), get(2, 10, 20, null, 0)]);
  t.equal(found.verdict, "valid");
  const next = op(4, 10, 20, { process: 0, output: { value: "a", version: 1 } });
  t.equal(linearize(model, [put(0, 0, 10, "a", 0), next]).verdict, "valid");
});

t.test("a long order is read page by page, from its beginning to its end", async (t) => {
  const order: Point[] = Array.from({ length: 130 }, (_, index) => {
    return { operation: get(index, index, index + 1, "a", 1), at: index, state: "" };
  });
  t.match(pageOf(order, 0, 60), { from: 1, to: 60, pages: 3 });
  t.match(pageOf(order, 2, 60), { from: 121, to: 130, pages: 3 });
  t.same(pageOf(order, 99, 60), pageOf(order, 2, 60), "beyond the end is the end");
  t.match(pageOf([], 0, 60), { points: [], from: 0, to: 0, pages: 1 });
});

t.test("what was under way when no order went further is counted", async (t) => {
  const operations = [
    put(0, 0, 10, "a", 0),
    put(1, 5, null, "b", 9),
    get(2, 20, 30, "z", 7),
    get(3, 40, 50, "a", 1),
  ];
  const found = linearize(model, operations);
  t.equal(found.stuck?.index, 2);
  t.equal(underWay(found, operations), 1, "the put that never returned");
});
