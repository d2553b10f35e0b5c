import t from "tap";
import { checker } from "../checkers/linearizable.ts";
import { decide, toList } from "../linearizability/decide.ts";
import { relax } from "../linearizability/relax.ts";
import { models } from "../models.ts";
import { outcomes } from "../operations.ts";
import { operationsOf } from "../operations-of.ts";
import { corrupt } from "../testing/corrupt.ts";
import { generateHistory } from "../testing/histories.ts";
import { createRandom } from "../testing/random.ts";
import type { Case } from "../testing/reasons/case.ts";
import { ofCollections } from "../testing/reasons/collections.ts";
import { ofLists } from "../testing/reasons/lists.ts";
import { ofLocks } from "../testing/reasons/locks.ts";
import { ofStores } from "../testing/reasons/stores.ts";
import { script, unlimited } from "../testing/script.ts";

const cases = [ofStores, ofLists, ofLocks, ofCollections].flatMap(Object.entries<Case>);

t.test("mutex: who was granted the lock last is not its own holder", async (t) => {
  const ops = script(
    [0, "invoke", "acquire"],
    [1, "invoke", "acquire"],
    [0, "ok", "acquire"],
    [1, "ok", "acquire"],
  );
  const { anomalies } = checker.check(ops, { model: "mutex" }, unlimited);
  t.match(anomalies, [{ operation: 1, related: [0], expected: /process 0: acquire/ }]);
});

for (const [name, { model, kind, core, ops, reason }] of cases) {
  t.test(`${model}: ${name}`, async (t) => {
    const { verdict, anomalies } = checker.check(ops, { model }, unlimited);
    const [anomaly] = anomalies;
    t.equal(verdict, "invalid");
    t.equal(anomaly?.reason, reason);
    t.same(
      anomaly?.core?.map(({ index }) => index),
      core,
    );
    t.equal(anomaly?.isMinimal, true);
    t.equal(anomaly?.kind, kind);
    t.equal(anomaly?.operation, core.at(-1));
    for (const { expected, observed } of anomaly?.core ?? [])
      t.match(`${expected}|${observed}`, /.\|./);
  });
}

for (const [name, model] of Object.entries(models)) {
  t.test(`${name}: what has an order is given no reason for having none`, async (t) => {
    const random = createRandom(9);
    const wrong: string[] = [];
    let asked = 0;
    for (let round = 0; round < 24; round++) {
      const shape = { model: name, operations: 10, clients: 3, keys: 1, rotateAfter: Infinity };
      const values = round % 2 === 0 ? null : ["a", "b"];
      const history = generateHistory({ ...shape, lost: 0.1, maybe: 0.1, values }, random);
      const operations = operationsOf(round % 4 < 2 ? history : corrupt(history, random));
      const rows = Int32Array.from({ length: operations.count }, (_, row) => row);
      for (let turn = 0; turn < 20; turn++) {
        const kept = [...rows].filter(
          (row) => operations.outcome[row] !== outcomes.open && random.chance(0.4),
        );
        if (kept.length < 2 || kept.length > 6) continue;
        const relaxed = relax(model, operations, rows, kept);
        if (decide(model, relaxed, unlimited).verdict !== "valid") continue;
        const all = toList(
          relaxed,
          Int32Array.from({ length: relaxed.count }, (_, row) => row),
        );
        const indexes = new Set(kept.map((row) => operations.index[row]));
        const core = all
          .filter(({ index }) => indexes.has(index))
          .sort((a, b) => a.return - b.return);
        asked++;
        const reason = model.reason?.(core, all);
        if (reason !== undefined) wrong.push(reason);
      }
    }
    t.same(wrong, []);
    t.ok(asked > 50, `${asked} sets with an order`);
  });
}
