import t from "tap";
import type { Budget } from "../checker.ts";
import { models } from "../models.ts";
import { type Operations, outcomeNames } from "../operations.ts";
import { operationsOf } from "../operations-of.ts";
import { generateHistory, type Shape } from "../testing/histories.ts";
import { createRandom } from "../testing/random.ts";
import { decide } from "./decide.ts";
import { verifyWitness } from "./verify-witness.ts";

const unbounded: Budget = {
  stepsMax: Infinity,
  configurationsMax: Infinity,
  shouldStop: () => false,
};

const shape: Omit<Shape, "model"> = {
  operations: 60,
  clients: 5,
  keys: 2,
  rotateAfter: 20,
  lost: 0.1,
  maybe: 0.1,
  values: null,
};

for (const [name, model] of Object.entries(models)) {
  t.test(`${name}: every witness is one, and none that is spoilt`, async (t) => {
    const random = createRandom(11);
    const counts = { histories: 0, accepted: 0 };
    const rejected = { missing: 0, doubled: 0, order: 0, illegal: 0 };
    for (let round = 0; round < 60; round++) {
      const values = round % 2 === 0 ? null : ["a", "b"];
      const operations = operationsOf(generateHistory({ ...shape, model: name, values }, random));
      const decision = decide(model, operations, unbounded);
      if (decision.verdict !== "valid") throw new Error(`${name} generates valid histories`);
      const orders = Array.from(decision.witnesses(), (order) => [...order]);
      counts.histories++;
      const problem = verifyWitness(model, operations, orders);
      if (problem === null) counts.accepted++;
      else t.fail(problem);

      const all = orders.flat();
      const isNeeded = (row: number): boolean =>
        ["ok", "refused"].includes(outcomeNames[operations.outcome[row] ?? 0] ?? "");
      const victim = random.pick(all.filter(isNeeded));
      const without = all.filter((row) => row !== victim);
      // Without it another step may fail first: both are rejections.
      if (verifyWitness(model, operations, [without]) !== null) rejected.missing++;
      const twice = verifyWitness(model, operations, [all, [victim]]);
      if (twice?.endsWith("comes twice") === true) rejected.doubled++;
      const swapped = swapInTime(operations, all, random.below(all.length >> 2));
      if (swapped === null) throw new Error("60 operations of 5 clients take turns");
      if (verifyWitness(model, operations, [swapped]) !== null) rejected.order++;
      if (verifyWitness(model, operations, [all.toReversed()]) !== null) rejected.illegal++;
    }
    t.equal(counts.accepted, counts.histories);
    for (const [fault, count] of Object.entries(rejected)) t.equal(count, counts.histories, fault);
  });
}

/** The order with one operation moved behind one on its key that was called after it returned. */
function swapInTime(
  operations: Operations,
  order: readonly number[],
  from: number,
): number[] | null {
  for (let place = from; place < order.length; place++) {
    const row = order[place] ?? 0;
    const later = order.findIndex(
      (other, at) =>
        at > place &&
        operations.key[other] === operations.key[row] &&
        (operations.call[other] ?? 0) > (operations.return[row] ?? 0),
    );
    if (later === -1) continue;
    return [
      ...order.slice(0, place),
      ...order.slice(place + 1, later + 1),
      row,
      ...order.slice(later + 1),
    ];
  }
  return null;
}

t.test("says what is wrong", async (t) => {
  const model = models["register"];
  if (model === undefined) throw new Error("register is a model");
  const line = (index: number, type: "invoke" | "ok", f: string, value?: unknown) => {
    return { index, time: index, process: 0, type, f, key: "k", value };
  };
  const operations = operationsOf([
    line(0, "invoke", "write", "a"),
    line(1, "ok", "write"),
    line(2, "invoke", "read"),
    line(3, "ok", "read", "a"),
    line(4, "invoke", "write", "b"),
    line(5, "ok", "write"),
  ]);
  const cases: [readonly number[], RegExp | null][] = [
    [[0, 1, 2], null],
    [[0, 1], /^op 4 is missing$/],
    [[0, 1, 1, 2], /^op 2 comes twice$/],
    [[0, 2, 1], /^op 2 comes after op 4, which was called after it returned$/],
    [[1, 0, 2], /^op 2 is not possible in state null$/],
    [[0, 1, 2, 3], /^there is no row 3$/],
  ];
  for (const [order, expected] of cases) {
    const problem = verifyWitness(model, operations, [order]);
    if (expected === null) t.equal(problem, null);
    else t.match(problem, expected);
  }
});
