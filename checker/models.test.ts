import { readdirSync } from "node:fs";
import t from "tap";
import type { Operation } from "./model.ts";
import { models } from "./models.ts";
import { pairOperations } from "./pairing.ts";
import { corrupt } from "./testing/corrupt.ts";
import { generateHistory } from "./testing/histories.ts";
import { createRandom } from "./testing/random.ts";

t.test("the list of models equals the folder", async (t) => {
  const files = readdirSync(new URL("./models/", import.meta.url))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => file.replace(/\.ts$/, ""));
  t.same(Object.keys(models).sort(), files.sort());
});

for (const [name, model] of Object.entries(models)) {
  t.test(`${name} keeps the contract of a model`, async (t) => {
    const random = createRandom(2);
    let observersThatChange = 0;
    let unstable = 0;
    for (let round = 0; round < 300; round++) {
      const shape = {
        model: name,
        operations: 12,
        clients: 3,
        keys: 1,
        rotateAfter: Infinity,
        lost: 0.1,
        maybe: 0.1,
        values: ["a", "b"],
      };
      const operations = pairOperations(corrupt(generateHistory(shape, random), random));
      let state = model.init();
      for (const operation of operations) {
        const before = [model.key(state), model.describeState(state), JSON.stringify(operation)];
        const next = model.step(state, operation);
        const again = model.step(state, operation);
        const after = [model.key(state), model.describeState(state), JSON.stringify(operation)];
        if (before.join() !== after.join()) unstable++;
        if ((next === undefined) !== (again === undefined)) unstable++;
        if (next === undefined) continue;
        if (model.key(next) !== model.key(again as typeof next)) unstable++;
        if (model.isObserver(operation) && model.key(next) !== model.key(state)) {
          observersThatChange++;
        }
        state = next;
      }
    }
    t.equal(unstable, 0, "step is a function of its arguments and changes none of them");
    t.equal(observersThatChange, 0);
  });
}

for (const [name, add, flaw] of [
  ["append-list", "append", "fork"],
  ["append-list", "append", "phantom"],
  ["set", "add", "phantom"],
] as const) {
  t.test(
    `${name} explains a ${flaw} in a read of 10,000 elements in time linear in it`,
    async (t) => {
      const model = models[name];
      if (model === undefined) throw new Error(`${name} is a model`);
      const count = 10_000;
      const operations = Array.from({ length: count }, (_, i): Operation => {
        const call = 2 * i;
        return { index: call, process: 0, f: add, input: i, outcome: "ok", call, return: call + 1 };
      });
      const elements = Array.from({ length: count }, (_, i) => i);
      const seen = flaw === "fork" ? elements.reverse() : [...elements, count];
      const at = { index: 2 * count, call: 2 * count, return: 2 * count + 1 };
      const read: Operation = {
        ...at,
        process: 0,
        f: "read",
        input: null,
        outcome: "ok",
        output: seen,
      };
      operations.push(read);
      const start = performance.now();
      const explanation = model.explain?.(operations, read);
      const reason = model.reason?.([read], operations);
      // Comparing each with each takes above 10 s.
      t.ok(performance.now() - start < 2000);
      t.equal(explanation?.kind, flaw === "fork" ? "unordered" : "phantom");
      t.equal(reason?.includes(`saw ${count}`) ?? false, flaw !== "fork");
    },
  );
}

t.test("versioned-kv judges value, version and refusals against the state", async (t) => {
  const model = models["versioned-kv"];
  if (model === undefined) throw new Error("versioned-kv is a model");
  const base = { index: 0, process: 0, call: 0, return: 1, input: undefined };
  const put = (version: number, more: Partial<Operation>): Operation => {
    return { ...base, f: "put", outcome: "ok", input: { value: "n", version }, ...more };
  };
  const get = (value: unknown, version: number): Operation => {
    return { ...base, f: "get", outcome: "ok", output: { value, version } };
  };
  const at = (version: number) =>
    version === 0 ? { value: null, version } : { value: "v", version };
  const refused = (error: string) => ({ outcome: "refused", error }) as const;
  const cases = [
    { state: 0, operation: get(null, 0), legal: true },
    { state: 2, operation: get("v", 2), legal: true },
    { state: 2, operation: get("v", 1), legal: false },
    { state: 2, operation: get("w", 2), legal: false },
    { state: 2, operation: put(2, {}), legal: true },
    { state: 2, operation: put(1, {}), legal: false },
    { state: 2, operation: put(1, refused("ErrVersion")), legal: true },
    { state: 2, operation: put(2, refused("ErrVersion")), legal: false },
    { state: 0, operation: put(1, refused("ErrNoKey")), legal: true },
    { state: 2, operation: put(1, refused("ErrNoKey")), legal: false },
    { state: 2, operation: put(1, { outcome: "maybe" }), legal: true },
    { state: 2, operation: put(1, { outcome: "open" }), legal: true },
  ];
  for (const { state, operation, legal } of cases) {
    const next = model.step(at(state), operation);
    t.equal(next !== undefined, legal, `version ${state}: ${model.describeOperation(operation)}`);
  }
});

t.test("versioned-kv: a put at the version raises it by one, any other leaves it", async (t) => {
  const model = models["versioned-kv"];
  const base = { index: 0, process: 0, call: 0, return: 1, f: "put" };
  const after = (version: number, outcome: Operation["outcome"]): unknown =>
    model?.step({ value: "v", version: 2 }, { ...base, outcome, input: { value: "n", version } });
  for (const outcome of ["ok", "maybe", "open"] as const) {
    t.same(after(2, outcome), { value: "n", version: 3 });
    if (outcome !== "ok") t.same(after(1, outcome), { value: "v", version: 2 });
  }
});

t.test(
  "fenced-lock: tokens rise, older ones are fenced, a release needs the last one",
  async (t) => {
    const model = models["fenced-lock"];
    if (model === undefined) throw new Error("fenced-lock is a model");
    const state = { granted: 6, written: 4, value: "v" };
    const base = { index: 0, process: 0, call: 0, return: 1, input: undefined };
    const ok = { ...base, outcome: "ok" } as const;
    const write = (token: number, more: Partial<Operation> = {}): Operation => {
      return { ...ok, f: "write", input: { value: "w", token }, ...more };
    };
    const fenced = { outcome: "refused", error: "fenced" } as const;
    const cases: readonly [Operation, object | undefined][] = [
      [
        { ...ok, f: "acquire", output: { token: 8 } },
        { ...state, granted: 8 },
      ],
      [{ ...ok, f: "acquire", output: { token: 6 } }, undefined],
      [{ ...base, f: "acquire", outcome: "open" }, state],
      [{ ...ok, f: "release", input: { token: 6 } }, state],
      [{ ...ok, f: "release", input: { token: 4 } }, undefined],
      [write(6), { granted: 6, written: 6, value: "w" }],
      [write(4), { granted: 6, written: 4, value: "w" }],
      [write(2), undefined],
      [write(2, { outcome: "open" }), state],
      [write(6, { outcome: "open" }), { granted: 6, written: 6, value: "w" }],
      [write(2, fenced), state],
      [write(4, fenced), undefined],
      [{ ...ok, f: "read", output: { value: "v", token: 4 } }, state],
      [{ ...ok, f: "read", output: { value: "v", token: 6 } }, undefined],
    ];
    for (const [operation, next] of cases) {
      t.same(model.step(state, operation), next, model.describeOperation(operation));
    }
  },
);

t.test("mutex: who is refused as held found it held", async (t) => {
  const model = models["mutex"];
  const base = { index: 0, process: 2, call: 0, return: 1, input: undefined, f: "acquire" };
  const held: Operation = { ...base, outcome: "refused", error: "held" };
  t.equal(model?.step(1, held), 1);
  t.equal(model?.step(null, held), undefined);
});
