import { readdirSync } from "node:fs";
import t from "tap";
import type { Budget, CheckOptions } from "./checker.ts";
import { checkers } from "./checkers.ts";
import { generateHistory } from "./testing/histories.ts";
import { createRandom } from "./testing/random.ts";

const unbounded: Budget = {
  stepsMax: Infinity,
  configurationsMax: Infinity,
  shouldStop: () => false,
};
const required: CheckOptions = { model: "versioned-kv" };

t.test("the list of checkers equals the folder", async (t) => {
  const files = readdirSync(new URL("./checkers/", import.meta.url))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => file.replace(/\.ts$/, ""));
  t.same(Object.keys(checkers).sort(), files.sort());
});

for (const [name, checker] of Object.entries(checkers)) {
  t.test(`${name} keeps the contract of a checker`, async (t) => {
    const options = Object.fromEntries(
      checker.required.map((option) => [option, required[option]]),
    );
    const shape = {
      model: "versioned-kv",
      operations: 400,
      clients: 5,
      keys: 3,
      rotateAfter: 100,
      lost: 0.05,
      maybe: 0.05,
      values: null,
    };
    const ops = generateHistory(shape, createRandom(11));
    const before = structuredClone(ops);

    const first = checker.check(ops, options, unbounded);
    const second = checker.check(ops, options, unbounded);
    const empty = checker.check([], options, unbounded);

    t.same(second, first, "deterministic");
    t.same(ops, before, "never mutates its input");
    t.ok(
      ["unknown", "valid", "vacuous"].includes(empty.verdict),
      "an empty history proves nothing wrong",
    );
    t.same(JSON.parse(JSON.stringify(first)), first, "plain JSON");
    t.throws(() => checker.check(ops.slice(1), options, unbounded), { code: "E_HISTORY" });
    t.ok(
      checker.required.every((option) => option in checker.options),
      "required options exist",
    );
  });
}
