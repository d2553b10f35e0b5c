import t from "tap";
import { models } from "../../models.ts";
import { generateLarge, type LargeShape } from "../../testing/large-histories.ts";
import { decide } from "../decide.ts";
import { relax } from "../relax.ts";
import { Search } from "../search.ts";
import { verifyWitness } from "../verify-witness.ts";

// Beyond what the oracle can decide: many clients, long chains of versions, arrays that grow.

const unlimited = {
  stepsMax: Infinity,
  configurationsMax: Infinity,
  shouldStop: (): boolean => false,
};
const shapes: readonly Omit<LargeShape, "model">[] = [
  { operations: 3000, clients: 3, keys: 40 },
  { operations: 2000, clients: 30, keys: 2, unknown: 0.05 },
  { operations: 1000, clients: 50, keys: 1, unknown: 0.3 },
];

for (const name of ["versioned-kv", "register", "cas-register"] as const) {
  const model = models[name];
  if (model === undefined) throw new Error(`${name} is a model`);
  t.test(`${name}: witnesses and cores of large histories hold`, async (t) => {
    let fast = 0;
    for (const shape of shapes) {
      for (let seed = 1; seed <= 4; seed++) {
        const operations = generateLarge({ ...shape, model: name, seed });
        const decision = decide(model, operations, unlimited);
        t.equal(decision.verdict, "valid");
        if (decision.verdict !== "valid") continue;
        if (!decision.engine.includes("search")) fast++;
        t.equal(verifyWitness(model, operations, decision.witnesses()), null);

        const corrupted = generateLarge({ ...shape, model: name, seed, corrupt: 2 });
        const refuted = decide(model, corrupted, unlimited);
        t.equal(refuted.verdict, "invalid");
        if (refuted.verdict !== "invalid" || refuted.core === null) continue;
        const search = new Search(model, relax(model, corrupted, refuted.rows, refuted.core));
        t.equal(search.advance(Infinity, Infinity), "invalid", `${refuted.core.length} rows`);
      }
    }
    t.ok(fast >= 8, `${fast} of 12 valid ones needed no search`);
  });
}
