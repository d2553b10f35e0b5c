import t from "tap";
import type { Budget } from "../checker.ts";
import type { Model } from "../model.ts";
import { models } from "../models.ts";
import { type Operations, operationAt } from "../operations.ts";
import { operationsOf } from "../operations-of.ts";
import { corrupt } from "../testing/corrupt.ts";
import { generateHistory } from "../testing/histories.ts";
import { createRandom } from "../testing/random.ts";
import { certify } from "./certify.ts";
import { decide } from "./decide.ts";
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
  t.same(certify(model, operationsOf(history), budget), { verdict: "unknown", reason: "time" });
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
