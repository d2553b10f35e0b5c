import t from "tap";
import { lookupOf } from "./anomaly/facts.ts";
import { anomalyKeys } from "./anomaly/tell.ts";
import { partialOrders } from "./partial-orders.ts";
import { syntheticRun } from "./testing/synthetic-run.ts";

const { result, table } = syntheticRun({ verdict: "invalid", operations: 2000 });
const [key = ""] = anomalyKeys(result.checks);
const operations = lookupOf(table).onKey(key);
const [first, second, third] = operations.map(({ index }) => index) as [number, number, number];

function checksWith(deadEnds: readonly (readonly number[])[]) {
  const ends = deadEnds.map((order) => {
    return { kind: "impossible" as const, order, states: ["empty"], moreStates: 2, orders: 3 };
  });
  const orders = { orders: 20, deadEnds: ends, more: 0 };
  const anomaly = { kind: "unordered" as const, key, related: [], orders, core: [] };
  const check = { checker: "linearizable", verdict: "invalid" as const, summary: "", tookMs: 0 };
  return [{ ...check, anomalies: [anomaly] }];
}

t.test("the orders that get furthest go first, each with where it dies", async (t) => {
  const found = partialOrders(checksWith([[second], [first, third, second]]), key, operations);
  t.same(
    found?.partial.map(({ held, dies }) => [held.map(({ index }) => index), dies.index]),
    [
      [[first, third], second],
      [[], second],
    ],
  );
  t.match(found, { all: 20, unlisted: 14, partial: [{ states: ["empty"], moreStates: 2 }] });
});

t.test("very many are cut, none is made up", async (t) => {
  const many = Array.from({ length: 12 }, () => [first, second]);
  t.equal(partialOrders(checksWith(many), key, operations)?.partial.length, 8);
  t.equal(partialOrders(checksWith([[1e9]]), key, operations), null);
  t.equal(partialOrders(checksWith([[first]]), "another", operations), null);
});
