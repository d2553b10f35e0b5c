import t from "tap";
import type { Model, Operation } from "../../model.ts";
import { models } from "../../models.ts";
import { asOnePart } from "../../operations.ts";
import { toColumns } from "../../operations-of.ts";
import { pairOperations } from "../../pairing.ts";
import { isLinearizable } from "../../testing/brute-force.ts";
import { isCore, witnessProblem } from "../../testing/proofs.ts";
import { createRandom } from "../../testing/random.ts";
import { failed, lost, script } from "../../testing/script.ts";
import { wildOperations } from "../../testing/wild.ts";

// `engines.test.ts` draws what clients of stores see; here are outcomes that no store ever gave.

const historiesCount = 3000;

/** What is wrong with the answer of the fast path; "" when nothing is; null when it gave none. */
function problemOf(model: Model, list: readonly Operation[], isValid: boolean): string | null {
  const operations = toColumns(list);
  const decision = model.fastPath?.prepare(operations)(asOnePart(operations).rows) ?? null;
  if (decision === null) return null;
  if ((decision.verdict === "valid") !== isValid) return `says ${decision.verdict}`;
  const at = (row: number): Operation => list[row] as Operation;
  if (decision.verdict === "valid") {
    return witnessProblem(model, list, Array.from(decision.witness(), at)) ?? "";
  }
  const core = Array.from(decision.core(), at);
  if (isCore(model, list, new Set(core))) return "";
  return `ops ${core.map(({ index }) => index)} are no core`;
}

for (const [name, model] of Object.entries(models)) {
  if (model.fastPath === undefined) continue;
  t.test(`${name}: the fast path is right about operations at random`, async (t) => {
    const random = createRandom(3);
    let valid = 0;
    let invalid = 0;
    let undecided = 0;
    for (let round = 0; round < historiesCount; round++) {
      const shape = {
        model: name,
        operations: 2 + random.below(6),
        clients: 1 + random.below(4),
        odd: random.pick([0, 0.1, 0.25]),
        repeated: random.pick([0, 0.1, 0.5]),
      };
      const list = wildOperations(shape, random);
      const isValid = isLinearizable(model, list);
      const problem = problemOf(model, list, isValid);
      if (problem === null) undecided++;
      else if (isValid) valid++;
      else invalid++;
      if (problem) t.fail(`${problem}: ${JSON.stringify(list, null, 1)}`);
      if (problem) return;
    }
    t.ok(valid > historiesCount / 50, `${valid} are valid`);
    t.ok(invalid > historiesCount / 10, `${invalid} are invalid`);
    // Most: of `kv` all in which a text is written twice.
    t.ok(undecided < historiesCount * 0.6, `${undecided} are left to the search`);
  });
}

t.test("versioned-kv: a version that one below pushes up is looked at again", async (t) => {
  const model = models["versioned-kv"] as Model;
  const put = (value: string, version: number) => ({ value, version });
  const before = [
    [0, "invoke", "put", put("a", 0)],
    [1, "invoke", "put", put("b", 1)],
    [1, "info", "put", "ErrMaybe"],
    [0, "ok", "put"],
    // Version 2 has not begun, as 3 cannot have: so `b` was never written, and 2 begins with `c`.
    ...failed(0, "put", put("x", 2), "ErrVersion"),
    [2, "invoke", "put", put("d", 2)],
    [3, "invoke", "put", put("e", 3)],
    [3, "info", "put", "ErrMaybe"],
    ...lost(4, "put", put("c", 1)),
  ] as const;
  // Too late for `e`, so version 4 begins with `f`, and 3 after the call of the put refused there.
  const refusal = failed(0, "put", put("y", 3), "ErrVersion");
  const ending = [[2, "ok", "put"]] as const;
  const after = lost(5, "put", put("f", 3));
  const cases = [
    { ops: script(...before, ...refusal, ...ending, ...after), isValid: true },
    { ops: script(...before, ...ending, ...refusal, ...after), isValid: false },
  ];
  for (const { ops, isValid } of cases) {
    const list = pairOperations(ops);
    t.equal(isLinearizable(model, list), isValid);
    t.equal(problemOf(model, list, isValid), "");
  }
});
