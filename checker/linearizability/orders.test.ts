import t from "tap";
import type { Model, Operation } from "../model.ts";
import { models } from "../models.ts";
import { operationsOf } from "../operations-of.ts";
import { corrupt } from "../testing/corrupt.ts";
import { generateHistory } from "../testing/histories.ts";
import { createRandom } from "../testing/random.ts";
import { done, script, unlimited } from "../testing/script.ts";
import { certify } from "./certify.ts";
import { type Core, minimalCore } from "./core.ts";
import { decide, toList } from "./decide.ts";
import { ordersOf } from "./orders.ts";
import { relax } from "./relax.ts";

const coresWanted = 24;

for (const [name, model] of Object.entries(models)) {
  t.test(`${name}: every order of a core dies, and where it is said to`, async (t) => {
    const random = createRandom(11);
    const seen = { cores: 0, orders: 0, impossible: 0, twice: 0 };
    const wrong = { count: 0, alive: 0 };
    while (seen.cores < coresWanted) {
      const values = seen.cores % 2 === 0 ? null : ["a", "b"];
      const shape = { model: name, operations: 7, clients: 3, keys: 1, rotateAfter: Infinity };
      const valid = generateHistory({ ...shape, lost: 0.1, maybe: 0.1, values }, random);
      const operations = operationsOf(corrupt(valid, random));
      const decision = decide(model, operations, unlimited);
      if (decision.verdict !== "invalid") continue;
      seen.cores++;
      const { rows, passed } = decision;
      const { rows: core } = minimalCore(
        model,
        operations,
        rows,
        decision.core,
        passed,
        unlimited,
      ) as Core;
      const relaxed = relax(model, operations, rows, core);
      const all = toList(
        relaxed,
        Int32Array.from({ length: relaxed.count }, (_, row) => row),
      );
      const kept = toList(operations, core);
      const found = ordersOf(model, kept, all);
      if (found === null) continue;
      const others = all.filter(({ index }) => kept.every((one) => one.index !== index));
      const named = (index: number): Operation[] => kept.filter((one) => one.index === index);
      seen.orders += found.orders;
      if (found.orders !== allOrders(kept).length) wrong.count++;
      for (const { kind, order } of found.deadEnds) {
        seen[kind]++;
        if (isPossible(model, kept, order.flatMap(named), others)) wrong.alive++;
      }
      if (found.more > 0) continue;
      const ended = found.deadEnds.reduce((sum, { orders }) => sum + orders, 0);
      if (ended !== found.orders) wrong.count++;
    }
    t.same(wrong, { count: 0, alive: 0 });
    // Adds lead a counter to more states than are looked at.
    if (name !== "counter") t.ok(seen.impossible > 0);
    t.comment(JSON.stringify(seen));
  });
}

/** Orders that keep to real time, from the definition. */
function allOrders(core: readonly Operation[]): Operation[][] {
  if (core.length === 0) return [[]];
  return core.flatMap((first) => {
    const rest = core.filter((other) => other !== first);
    if (rest.some((other) => other.return < first.call)) return [];
    return allOrders(rest).map((order) => [first, ...order]);
  });
}

/** Whether the core can begin in this order, each of the others happening at most once: by trying all. */
function isPossible(
  model: Model,
  core: readonly Operation[],
  order: readonly Operation[],
  others: readonly Operation[],
): boolean {
  const go = (state: unknown, placed: number, left: readonly Operation[]): boolean => {
    const next = order[placed];
    if (next === undefined) return true;
    const open = core.filter((one) => !order.slice(0, placed).includes(one));
    const end = Math.min(...open.map((one) => one.return));
    const after = model.step(state, next);
    if (after !== undefined && go(after, placed + 1, left)) return true;
    return left
      .filter(({ call }) => call < end)
      .some((other) => {
        const changed = model.step(state, other);
        const rest = left.filter((one) => one !== other);
        return changed !== undefined && go(changed, placed, rest);
      });
  };
  return go(model.init(), 0, others);
}

t.test("a stale read has one order, which dies at the read", async (t) => {
  const ops = script(
    ...done(0, "put", { value: "a", version: 0 }),
    ...done(0, "put", { value: "b", version: 1 }),
    ...done(1, "get", undefined, { value: "a", version: 1 }),
  );
  const model = models["versioned-kv"] as Model;
  const certificate = certify(model, operationsOf(ops), unlimited);
  const anomaly = certificate.verdict === "invalid" ? certificate.anomaly : null;
  t.same(anomaly?.orders, {
    orders: 1,
    deadEnds: [
      { kind: "impossible", order: [2, 4], states: ['"b" at version 2'], moreStates: 0, orders: 1 },
    ],
    more: 0,
  });
});

t.test(
  "writes of others come in between: reads that need one of them twice die of that",
  async (t) => {
    const model = models["register"] as Model;
    const operations = operationsOf(
      script(
        [0, "invoke", "write", "a"],
        [1, "invoke", "write", "b"],
        ...done(2, "read", undefined, "a"),
        ...done(2, "read", undefined, "b"),
        ...done(2, "read", undefined, "a"),
        [0, "ok", "write"],
        [1, "ok", "write"],
      ),
    );
    const rows = Int32Array.from({ length: operations.count }, (_, row) => row);
    const all = toList(relax(model, operations, rows, [2, 3, 4]), rows);
    const core = all.filter(({ f }) => f === "read");

    t.match(ordersOf(model, core, all), {
      orders: 1,
      deadEnds: [{ kind: "twice", order: core.map(({ index }) => index) }],
    });
  },
);
