import t from "tap";
import type { Budget } from "../checker.ts";
import { checkLinearizable } from "../checkers/linearizable.ts";
import type { Model } from "../model.ts";
import { models } from "../models.ts";
import { type Operations, operationAt } from "../operations.ts";
import { operationsOf } from "../operations-of.ts";
import { corrupt } from "../testing/corrupt.ts";
import { generateHistory } from "../testing/histories.ts";
import { createRandom } from "../testing/random.ts";
import { done, script } from "../testing/script.ts";
import { certify } from "./certify.ts";
import { decide } from "./decide.ts";
import { relax } from "./relax.ts";
import { verifyWitness } from "./verify-witness.ts";

const unbounded: Budget = {
  stepsMax: Infinity,
  configurationsMax: Infinity,
  shouldStop: () => false,
};

for (const [name, model] of Object.entries(models)) {
  t.test(`${name}: a certificate of either verdict`, async (t) => {
    const random = createRandom(3);
    const verdicts = { valid: 0, invalid: 0, unknown: 0 };
    for (let round = 0; round < 40; round++) {
      const shape = { model: name, operations: 30, clients: 4, keys: 2, rotateAfter: Infinity };
      const values = round % 2 === 0 ? null : ["a", "b"];
      const history = generateHistory({ ...shape, lost: 0.1, maybe: 0.1, values }, random);
      const operations = operationsOf(round % 4 < 2 ? history : corrupt(history, random));
      if (operations.count > 0 && isMalformed(model, operations)) continue;
      const certificate = certify(model, operations, unbounded);
      verdicts[certificate.verdict]++;
      if (certificate.verdict === "valid") {
        t.equal(verifyWitness(model, operations, certificate.orders), null);
      }
      if (certificate.verdict === "invalid") {
        const { core = [], reason, isMinimal } = certificate.anomaly;
        if (core.length === 0 || isMinimal !== true)
          t.fail("an invalid history has a minimal core");
        t.match(reason, /^[^\n]{20,}[^.]$/);
      }
    }
    t.ok(verdicts.valid >= 10 && verdicts.invalid > 0, JSON.stringify(verdicts));
  });
}

t.test("a budget that is spent proves nothing", async (t) => {
  const model = models["kv"];
  if (model === undefined) throw new Error("kv is a model");
  const shape = { model: "kv", operations: 200, clients: 6, keys: 1, rotateAfter: Infinity };
  const history = generateHistory({ ...shape, lost: 0, maybe: 0, values: ["a"] }, createRandom(1));
  const budget = { ...unbounded, shouldStop: () => true };
  t.match(certify(model, operationsOf(history), budget), {
    ...{ verdict: "unknown", reason: "time", progress: { ordered: 0, due: { index: Number } } },
  });
});

/** A corrupted answer may be none that the model can read. */
function isMalformed(model: Model, operations: Operations): boolean {
  const rows = Array.from({ length: operations.count }, (_, row) => row);
  return rows.some((row) => model.malformed?.(operationAt(operations, row)) !== undefined);
}

t.test("an order asked for late is the one of its own history", async (t) => {
  const model = models["queue"];
  if (model === undefined) throw new Error("queue is a model");
  const random = createRandom(2);
  const decided = Array.from({ length: 20 }, () => {
    const shape = { model: "queue", operations: 12, clients: 3, keys: 1, rotateAfter: Infinity };
    const history = generateHistory({ ...shape, lost: 0.1, maybe: 0, values: ["a", "b"] }, random);
    const operations = operationsOf(history);
    return { operations, decision: decide(model, operations, unbounded) };
  });
  for (const { operations, decision } of decided) {
    if (decision.verdict !== "valid") throw new Error("a store's history is valid");
    t.equal(verifyWitness(model, operations, decision.witnesses()), null);
  }
});

t.test("a certain invalid stays one wherever its explanation is cut off", async (t) => {
  const shape = { operations: 60, clients: 5, keys: 1, rotateAfter: Infinity, lost: 0.1, maybe: 0 };
  for (const [name, model] of Object.entries(models)) {
    const random = createRandom(4);
    let cut = 0;
    for (let found = 0; found < 4; ) {
      const valid = generateHistory({ ...shape, model: name, values: ["a", "b"] }, random);
      const operations = operationsOf(corrupt(valid, random));
      if (isMalformed(model, operations)) continue;
      const whole = checkLinearizable(model, operations, unbounded);
      if (whole.verdict !== "invalid") continue;
      found++;
      for (let left = 0; left < 40; left += 3) {
        let told: string | null = null;
        let asked = 0;
        const budget: Budget = {
          ...unbounded,
          shouldStop: () => told !== null && asked++ >= left,
          onInvalid: ({ verdict, summary }) => {
            told = `${verdict}: ${summary}`;
          },
        };
        const { verdict, anomalies } = checkLinearizable(model, operations, budget);
        t.equal(verdict, "invalid");
        t.match(told, /^invalid: no order explains the \d+ operations/);
        const [anomaly] = anomalies;
        if (asked <= left) t.same(anomaly, whole.anomalies[0], "nothing was cut off");
        else if (/; the explanation was cut short: a limit/.test(anomaly?.reason ?? "")) cut++;
        const { core = [], isMinimal } = anomaly ?? {};
        if (core.length === 0) t.notOk(isMinimal);
        else if (
          !isRefuted(
            model,
            operations,
            core.map(({ index }) => index),
          )
        )
          t.fail(`${name}: the operations of a core cannot be ordered`);
      }
    }
    t.ok(cut > 0, `${name}: ${cut} were cut off`);
  }
});

t.test("an explanation that was cut off accuses nobody whom it did not find out", async (t) => {
  const model = models["register"] as Model;
  const writes = Array.from({ length: 50 }, (_, place) => done(0, "write", place % 3)).flat();
  const operations = operationsOf(script(...writes, ...done(1, "read", undefined, 7), ...writes));
  const budget = {
    ...unbounded,
    shouldStop: () => isOver,
    onInvalid: () => {
      isOver = true;
    },
  };
  let isOver = false;

  const { verdict, summary, anomalies } = checkLinearizable(model, operations, budget);

  t.equal(verdict, "invalid");
  t.equal(summary, anomalies[0]?.reason);
  t.same(anomalies, [
    {
      kind: "unordered",
      key: "k1",
      related: [],
      reason:
        "no order explains the 101 operations on key k1; the explanation was cut short: a limit of the " +
        "check was reached",
    },
  ]);
});

function isRefuted(model: Model, operations: Operations, core: readonly number[]): boolean {
  const rows = Int32Array.from({ length: operations.count }, (_, row) => row);
  const kept = rows.filter((row) => core.includes(operations.index[row] ?? -1));
  return decide(model, relax(model, operations, rows, kept), unbounded).verdict === "invalid";
}
