import t from "tap";
import { model as register } from "../models/register.ts";
import { model as versionedKv } from "../models/versioned-kv.ts";
import { operationAt } from "../operations.ts";
import { generateLarge } from "../testing/large-histories.ts";
import { decide } from "./decide.ts";
import { verifyWitness } from "./verify-witness.ts";

const unlimited = {
  stepsMax: Infinity,
  configurationsMax: Infinity,
  shouldStop: (): boolean => false,
};
const shape = { operations: 4000, clients: 10, keys: 5, unknown: 0.05, seed: 3 } as const;

t.test("what the fast path decides is not searched, and has witnesses", async (t) => {
  const operations = generateLarge({ ...shape, model: "versioned-kv" });

  const decision = decide(versionedKv, operations, unlimited);

  t.match(decision, { verdict: "valid", engine: "version-times", partitions: 5, steps: 0 });
  if (decision.verdict !== "valid") return;
  t.equal(verifyWitness(versionedKv, operations, decision.witnesses()), null);
});

t.test("what it does not apply to is searched", async (t) => {
  const operations = generateLarge({ ...shape, model: "register", domain: 3 });

  const decision = decide(register, operations, unlimited);

  t.match(decision, { verdict: "valid", engine: "search" });
  t.ok(decision.steps > 0);
});

t.test("one stale read among thousands of operations has a core of at most four", async (t) => {
  const operations = generateLarge({ ...shape, model: "register", corrupt: 1 });

  const decision = decide(register, operations, unlimited);

  t.equal(decision.verdict, "invalid");
  if (decision.verdict !== "invalid" || decision.core === null) throw new Error("it has a core");
  t.ok(decision.core.length <= 4);
  const [first] = decision.core;
  t.ok(first !== undefined && operationAt(operations, first).f.length > 0);
});

t.test("the fast paths stop between partitions", async (t) => {
  const operations = generateLarge({ ...shape, model: "versioned-kv", operations: 140_000 });

  const decision = decide(versionedKv, operations, { ...unlimited, shouldStop: () => true });

  t.match(decision, { verdict: "unknown", reason: "time", undecided: 2 });
});
