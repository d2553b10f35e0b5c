import t from "tap";
import { struckOrders } from "./core-orders.ts";
import type { PairedOperation } from "./operations.ts";

function read(index: number, call: number, returned: number): PairedOperation {
  const versioned = { value: `v${index}`, version: index };
  const who = { index, process: index, node: "n1", key: "k1", f: "get", input: null };
  const rest = { output: versioned, error: null, outcome: "ok", call, return: returned };
  return { ...who, ...rest } as unknown as PairedOperation;
}

const dead = { states: ['"v1" at version 1'], moreStates: 0, orders: 1 };

t.test("an order holds every operation that is drawn, and real time is named", async (t) => {
  const named = [read(1, 0, 1), read(2, 2, 3), read(3, 4, 5)];
  const deadEnds = [{ ...dead, kind: "impossible", order: [2] }] as const;
  const told = struckOrders({ orders: { orders: 1, deadEnds, more: 0 } }, named);
  t.match(told?.struck, [{ letters: ["A", "B"], rest: ["C"] }]);
  t.equal(told?.realTime, "A ended before B began, B before C.");
  t.match(told?.struck[0]?.why, /^B saw v2 \(version 2\), which no order comes to$/);
  const alone = struckOrders({ orders: { orders: 1, deadEnds, more: 0 } }, [read(2, 2, 3)]);
  t.match(alone?.struck[0]?.why, /^A saw v2 \(version 2\), but at the beginning it is v1/);
});

t.test("what overlaps is said so, and a long list of states is a count", async (t) => {
  const named = [read(1, 0, 9), read(2, 1, 8)];
  const deadEnds = [
    { ...dead, kind: "impossible", order: [1, 2], moreStates: 20 },
    { ...dead, kind: "twice", order: [2, 1] },
  ] as const;
  const told = struckOrders({ orders: { orders: 2, deadEnds, more: 0 } }, named);
  t.equal(told?.realTime, "All of them overlap in time.");
  t.match(told?.struck[0]?.why, /after A none of the 21 states/);
  t.match(told?.struck[1]?.why, /^A is possible only if a write took effect twice, or /);
});
