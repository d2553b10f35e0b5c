import t from "tap";
import type { Op } from "../../history.ts";
import type { Model } from "../../model.ts";
import { models } from "../../models.ts";
import { operationsOf } from "../../operations-of.ts";
import { corrupt } from "../../testing/corrupt.ts";
import { generateHistory } from "../../testing/histories.ts";
import { createRandom } from "../../testing/random.ts";
import { unlimited } from "../../testing/script.ts";
import { certify } from "../certify.ts";
import { decide } from "../decide.ts";
import { relax } from "../relax.ts";
import { Search } from "../search.ts";
import { verifyWitness } from "../verify-witness.ts";

const model = models["kv"] as Model;

function history(seed: number): Op[] {
  const rest = { keys: 1, rotateAfter: Infinity, maybe: 0.02, lost: 0.02, values: null };
  const shape = { model: "kv", operations: 1500, clients: 30, ...rest };
  return generateHistory(shape, createRandom(seed));
}

t.test("many appends under way beside a put: no search, and the witness holds", async (t) => {
  for (const seed of [1, 2, 3]) {
    const operations = operationsOf(history(seed));
    const decision = decide(model, operations, unlimited);
    t.match(decision, { verdict: "valid", engine: "stretches" });
    if (decision.verdict !== "valid") continue;
    t.equal(verifyWitness(model, operations, decision.witnesses()), null);
  }
});

t.test("a read that saw another text: a minimal core that the search refutes too", async (t) => {
  let fast = 0;
  const budget = { ...unlimited, stepsMax: 100_000 };
  for (const seed of [1, 2, 3]) {
    const operations = operationsOf(corrupt(history(seed), createRandom(seed)));
    const decision = decide(model, operations, budget);
    if (decision.verdict !== "invalid" || decision.core === null) continue;
    fast++;
    const search = new Search(model, relax(model, operations, decision.rows, decision.core));
    t.not(search.advance(100_000, Infinity), "valid", `seed ${seed}`);
    const certificate = certify(model, operations, budget);
    if (certificate.verdict !== "invalid") continue;
    t.equal(certificate.anomaly.isMinimal, true);
    t.ok((certificate.anomaly.core ?? []).length <= 4, `${certificate.anomaly.core?.length}`);
  }
  t.ok(fast >= 2, `${fast} of 3 were decided without a search`);
});
