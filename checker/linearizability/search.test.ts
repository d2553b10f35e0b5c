import t from "tap";
import { defineModel } from "../define-model.ts";
import type { Model, Operation } from "../model.ts";
import { models } from "../models.ts";
import { operationsOf } from "../operations-of.ts";
import { isLinearizable } from "../testing/brute-force.ts";
import { generateHistory } from "../testing/histories.ts";
import { generateLarge } from "../testing/large-histories.ts";
import { createRandom } from "../testing/random.ts";
import { decide } from "./decide.ts";
import { Search } from "./search.ts";
import { verifyWitness } from "./verify-witness.ts";

const unlimited = { stepsMax: Infinity, configurationsMax: Infinity, shouldStop: () => false };

/** The model without what decides before the search does. */
function searched(name: string): Model {
  const { fastPath: _, ...model } = models[name] as Model;
  return model;
}

function open(index: number, f: string, input: unknown): Operation {
  return { index, process: index, f, input, outcome: "open", call: index, return: Infinity };
}

function read(index: number, output: unknown): Operation {
  const at = { index, process: index, call: index, return: index + 0.5 };
  return { ...at, f: "read", input: null, output, outcome: "ok" };
}

t.test("thousands of open operations cost nothing when nobody wants them", async (t) => {
  const count = 5000;
  const writes = Array.from({ length: count }, (_, i) => open(i, "write", i + 1));
  const links = 300;
  const chain = Array.from({ length: links }, (_, i) =>
    open(count + i, "cas", [i === 0 ? null : -i, -i - 1]),
  );
  const chained = [...writes, ...chain];
  const cases = [
    { model: "register", open: writes, seen: [7, 9], verdict: "valid" },
    { model: "register", open: writes, seen: [7, 9, 7], verdict: "invalid" },
    { model: "cas-register", open: chained, seen: [-200, -300], verdict: "valid" },
    { model: "cas-register", open: chained, seen: [-300, -200], verdict: "invalid" },
    { model: "cas-register", open: writes, seen: [9, 7, 9], verdict: "invalid" },
  ];
  for (const { model, open: mutations, seen, verdict } of cases) {
    const operations = [...mutations, ...seen.map((value, i) => read(mutations.length + i, value))];
    const search = new Search(searched(model), operations);
    t.equal(search.advance(Infinity, Infinity), verdict, `${model}: ${seen}`);
    t.ok(search.steps < links * links, `${search.steps} steps`);
  }
});

t.test("a slow step does not outlast the time limit by a tenth", async (t) => {
  let now = 0;
  const model = defineModel<unknown>({
    init: () => null,
    step: (state, operation) => {
      now += 10;
      return models["register"]?.step(state, operation);
    },
  });
  const operations = generateLarge({
    model: "register",
    operations: 400,
    clients: 20,
    keys: 1,
    unknown: 0.1,
    seed: 7,
  });
  const decision = decide(model, operations, { ...unlimited, shouldStop: () => now > 2000 });
  t.match(decision, { verdict: "unknown", reason: "time", progress: { of: Number } });
  t.ok(now <= 2200, `stopped at ${now}`);
});

t.test("laying out a large partition asks whether to stop", async (t) => {
  const shape = { model: "register", operations: 200_000, clients: 20, keys: 1, seed: 7 } as const;
  const operations = generateLarge({ ...shape, unknown: 0 });
  for (const name of ["register", "cas-register"]) {
    let asked = 0;
    const shouldStop = (): boolean => ++asked >= 4;
    const decision = decide(searched(name), operations, { ...unlimited, shouldStop });
    t.match(decision, { verdict: "unknown", reason: "time", undecided: 1, steps: 0 });
    t.equal(asked, 4);
  }
});

t.test("what is unknown says how far it got, and what was open there", async (t) => {
  const operations = [open(0, "cas", [1, 2]), read(1, null), read(2, 2), open(3, "write", 1)];
  const search = new Search(searched("cas-register"), operations);
  t.equal(search.advance(Infinity, Infinity), "invalid");
  const { open: places, ...progress } = search.progress;
  t.same(progress, { ordered: 1, of: 2, state: "null", due: 2 });
  t.same([...places], [0], "not the write, which is called later");
});

t.test("a search over columns is used again for every partition", async (t) => {
  const shape = {
    model: "versioned-kv",
    operations: 3000,
    clients: 10,
    keys: 20,
    seed: 3,
  } as const;
  const operations = generateLarge({ ...shape, unknown: 0.05 });
  const decision = decide(searched("versioned-kv"), operations, unlimited);
  if (decision.verdict !== "valid") throw new Error("the history is linearizable");
  const ordered = [...decision.witnesses()].reduce((sum, rows) => sum + rows.length, 0);
  t.equal(decision.partitions, 20);
  t.ok(ordered > 2500 && ordered <= operations.count, `${ordered} operations ordered`);
});

t.test("orders are right also when another history was decided in between", async (t) => {
  const shape = { model: "register", operations: 300, clients: 5, keys: 5 } as const;
  const model = searched("register");
  const operations = generateLarge({ ...shape, unknown: 0.05, seed: 1 });
  const decision = decide(model, operations, unlimited);
  decide(model, generateLarge({ ...shape, unknown: 0.05, seed: 2 }), unlimited);
  if (decision.verdict !== "valid") throw new Error("the history is linearizable");
  t.equal(verifyWitness(model, operations, decision.witnesses()), null);
});

t.test("an unknown outcome before its return may need what only it asks for", async (t) => {
  // The read is called after the cas returned, so nothing else asks for "a" while the cas is open.
  const maybe = { ...open(1, "cas", ["a", "b"]), outcome: "maybe", call: 4, return: 5 } as const;
  const operations = [open(0, "write", "a"), open(2, "write", "a"), maybe, read(8, "b")];
  const model = searched("cas-register");
  t.ok(isLinearizable(model, operations));
  t.equal(new Search(model, operations).advance(Infinity, Infinity), "valid");
});

t.test("a text that a put made may have grown from nothing before", async (t) => {
  const at = (index: number) => ({ index, process: 0, call: index, return: index + 0.5 });
  const ok = { outcome: "ok", output: null } as const;
  const operations: Operation[] = [
    { ...at(0), ...ok, f: "append", input: "b" },
    { ...at(1), ...ok, f: "put", input: "c" },
    { ...at(2), ...ok, f: "put", input: "b" },
    { ...at(3), ...ok, f: "get", input: null, output: "b" },
  ];

  t.equal(new Search(searched("kv"), operations).advance(Infinity, Infinity), "valid");
});

t.test("texts: what somebody saw waits for its place, though the text is lost", async (t) => {
  const at = { input: null, output: null, outcome: "ok" } as const;
  const own = (index: number, f: string, input: string, call: number, end: number): Operation => {
    return { ...at, index, process: index, f, input, call, return: end };
  };
  const get = (index: number, output: string, call: number): Operation => {
    return { ...at, index, process: index, f: "get", output, call, return: call + 1 };
  };
  const append = own(0, "append", "b", 0, 20);
  const again = own(1, "put", "a", 1, 20);
  const lost = own(2, "put", "x", 2, 3);
  const cases = {
    "the append goes after the last put": [append, lost, own(3, "put", "a", 4, 5), get(4, "ab", 6)],
    "a text is put twice": [own(0, "put", "a", 0, 0.5), again, lost, get(3, "a", 4)],
    "a text that is there is put again later": [
      own(0, "put", "a", 0, 0.5),
      again,
      own(2, "append", "b", 2, 3),
      get(3, "ab", 4),
      get(4, "a", 6),
    ],
  };
  for (const [name, operations] of Object.entries(cases)) {
    t.ok(isLinearizable(searched("kv"), operations), name);
    const search = new Search(searched("kv"), operations, { vainFrom: 0 });
    t.equal(search.advance(Infinity, Infinity), "valid", name);
  }
});

t.test(
  "texts that are replaced: appends that nobody saw cost no choice once the text is lost",
  async (t) => {
    const shape = { model: "kv", operations: 1000, clients: 14, keys: 1, rotateAfter: Infinity };
    const ops = generateHistory({ ...shape, lost: 0, maybe: 0, values: null }, createRandom(2));
    const { verdict, steps } = decide(models["kv"] as Model, operationsOf(ops), {
      ...unlimited,
      stepsMax: 1_000_000,
    });
    t.equal(verdict, "valid", `${steps} steps`);
  },
);
