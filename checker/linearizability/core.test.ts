import t from "tap";
import type { Budget } from "../checker.ts";
import type { Op } from "../history.ts";
import type { Model, Operation } from "../model.ts";
import { models } from "../models.ts";
import { type Operations, operationAt } from "../operations.ts";
import { operationsOf } from "../operations-of.ts";
import { isLinearizable } from "../testing/brute-force.ts";
import { corrupt } from "../testing/corrupt.ts";
import { generateHistory } from "../testing/histories.ts";
import { createRandom } from "../testing/random.ts";
import { done, failed, lost, script } from "../testing/script.ts";
import { type Core, minimalCore } from "./core.ts";
import { decide, toList } from "./decide.ts";
import { relax } from "./relax.ts";
import { Search } from "./search.ts";

const unbounded: Budget = {
  stepsMax: Infinity,
  configurationsMax: Infinity,
  shouldStop: () => false,
};

const coresWanted = 60;

for (const [name, model] of Object.entries(models)) {
  t.test(`${name}: cores are minimal, and as small as any in what had returned`, async (t) => {
    const random = createRandom(5);
    const sizes: number[] = [];
    const wrong = { core: 0, search: 0, spare: 0, larger: 0, unproven: 0 };
    while (sizes.length < coresWanted) {
      const values = sizes.length % 2 === 0 ? null : ["a", "b"];
      const shape = { model: name, operations: 7, clients: 3, keys: 1, rotateAfter: Infinity };
      const valid = generateHistory({ ...shape, lost: 0.1, maybe: 0.1, values }, random);
      const operations = operationsOf(corrupt(valid, random));
      const decision = decide(model, operations, unbounded);
      if (decision.verdict !== "invalid") continue;
      const { rows, passed } = decision;
      const core = minimalCore(model, operations, rows, decision.core, passed, unbounded) as Core;
      const kept = [...core.rows];
      sizes.push(kept.length);
      if (!core.isMinimal) wrong.unproven++;
      if (isOrdered(model, operations, rows, kept)) wrong.core++;
      if (!isRefutedBySearch(model, operations, rows, kept)) wrong.search++;
      const spared = kept.map((row) => kept.filter((other) => other !== row));
      if (!spared.every((left) => isOrdered(model, operations, rows, left))) wrong.spare++;
      if (smallest(model, operations, rows, kept) < kept.length) wrong.larger++;
    }
    t.same(wrong, { core: 0, search: 0, spare: 0, larger: 0, unproven: 0 });
    t.comment(
      `sizes: ${[1, 2, 3, 4, 5, 6, 7].map((size) => sizes.filter((one) => one === size).length)}`,
    );
  });
}

// Where nothing but the search could judge them, relaxed histories of this size were too hard.
for (const name of ["set", "fenced-lock", "versioned-kv", "mutex"]) {
  t.test(`${name}: cores of long histories are small and minimal`, async (t) => {
    const model = models[name] as Model;
    const random = createRandom(17);
    const large: string[] = [];
    for (let found = 0; found < 10; ) {
      const shape = { model: name, operations: 400, clients: 8, keys: 1, rotateAfter: Infinity };
      const valid = generateHistory({ ...shape, lost: 0.05, maybe: 0, values: null }, random);
      const operations = operationsOf(corrupt(valid, random));
      const decision = decide(model, operations, unbounded);
      if (decision.verdict !== "invalid") continue;
      found++;
      const { rows, core: hint, passed } = decision;
      const core = minimalCore(model, operations, rows, hint, passed, unbounded) as Core;
      if (!core.isMinimal || core.rows.length > 6) large.push(`${core.rows.length} operations`);
    }
    t.same(large, []);
  });
}

/** By trying every order. */
function isOrdered(
  model: Model,
  operations: Operations,
  rows: Int32Array,
  kept: readonly number[],
): boolean {
  const { count, ...relaxed } = relax(model, operations, rows, kept);
  const list = toList(
    { count, ...relaxed },
    Int32Array.from({ length: count }, (_, row) => row),
  );
  return isLinearizable(model, list);
}

function isRefutedBySearch(
  model: Model,
  operations: Operations,
  rows: Int32Array,
  kept: readonly number[],
): boolean {
  const relaxed = relax(model, operations, rows, kept);
  const all = Int32Array.from({ length: relaxed.count }, (_, row) => row);
  return new Search(model, toList(relaxed, all)).advance(Infinity, Infinity) === "invalid";
}

/** Size of the smallest core among the operations that return no later than the last of `kept`. */
function smallest(
  model: Model,
  operations: Operations,
  rows: Int32Array,
  kept: readonly number[],
): number {
  const returnOf = (row: number): number => operations.return[row] ?? 0;
  const end = Math.max(...kept.map(returnOf));
  const universe = [...rows].filter((row) => returnOf(row) <= end);
  let size = kept.length;
  for (let subset = 0; subset < 1 << universe.length; subset++) {
    const chosen = universe.filter((_, bit) => ((subset >> bit) & 1) === 1);
    if (chosen.length >= size) continue;
    if (!isOrdered(model, operations, rows, chosen)) size = chosen.length;
  }
  return size;
}

t.test("a core ends at the first return that leaves no order, wherever that is", async (t) => {
  const model = models["register"] as Model;
  const total = 12;
  for (let first = 0; first < total; first++) {
    const ops = Array.from({ length: total }, (_, place) => {
      return done(0, "read", undefined, place < first ? null : `never written ${place}`);
    });
    const operations = operationsOf(script(...ops.flat()));
    const rows = Int32Array.from({ length: total }, (_, row) => row);
    const core = minimalCore(model, operations, rows, null, 0, unbounded) as Core;
    t.same([...core.rows], [first]);
  }
});

t.test("of what contradicts an answer, the acknowledged is told before the refused", async (t) => {
  const model = models["versioned-kv"] as Model;
  const made = (value: string, version: number) => ({ value, version });
  const writes = [...done(0, "put", made("a", 0)), ...done(0, "put", made("b", 1))];
  const read = done(2, "get", undefined, made("b", 2));
  const refused = failed(1, "put", made("c", 1), "ErrVersion");
  const stale = done(3, "get", undefined, made("a", 1));
  const invocations = (...lines: ReturnType<typeof done>): number[] => {
    const operations = operationsOf(script(...lines));
    const rows = Int32Array.from({ length: operations.count }, (_, row) => row);
    const core = minimalCore(model, operations, rows, null, 0, unbounded) as Core;
    t.ok(core.isMinimal);
    return Array.from(core.rows, (row) => operations.index[row] ?? -1);
  };

  // The refused put returned last before the answer: nearer than the read, which says the same.
  t.same(invocations(...writes, ...read, ...refused, ...stale), [4, 8], "the read");
  const unknown = [...done(0, "put", made("a", 0)), ...lost(4, "put", made("b", 1))];
  t.same(invocations(...unknown, ...refused, ...stale), [4, 6], "nothing acknowledged does");
});

t.test("a dequeue that lost its result is not the twin of one that never had one", async (t) => {
  const lines = [
    [0, "invoke", "enqueue", "b"],
    [0, "ok", "enqueue"],
    [0, "invoke", "enqueue", "a"],
    [1, "invoke", "dequeue"],
    [1, "info", "dequeue"],
    [2, "invoke", "dequeue"],
    [0, "ok", "enqueue"],
    [3, "invoke", "dequeue"],
    [2, "ok", "dequeue", "b"],
    [3, "fail", "dequeue", "empty"],
  ] as const;
  const ops = lines.map(([process, type, f, value], index): Op => {
    const told = type === "fail" ? { error: value } : { value };
    return { index, time: index, process, type, f, ...told };
  });
  const model = models["queue"] as Model;
  const operations = operationsOf(ops);
  const rows = Int32Array.from({ length: operations.count }, (_, row) => row);
  const kept = [...rows].filter((row) => [0, 2, 7].includes(operations.index[row] ?? -1));

  t.ok(isOrdered(model, operations, rows, kept));
  t.equal(decide(model, relax(model, operations, rows, kept), unbounded).verdict, "valid");
});

t.test("a dequeue acknowledged without a result took null, relaxed or not", async (t) => {
  const operations = operationsOf(
    script(
      [1, "invoke", "dequeue"],
      ...done(0, "enqueue", "a"),
      ...done(0, "enqueue", "b"),
      [1, "ok", "dequeue"],
      ...done(1, "dequeue", undefined, "b"),
    ),
  );
  const model = models["queue"] as Model;
  const rows = Int32Array.from({ length: operations.count }, (_, row) => row);
  const [last = -1] = rows.slice(-1);

  // Were it free to take anything it would take "a".
  t.equal(
    decide(model, relax(model, operations, rows, [1, 2, last]), unbounded).verdict,
    "invalid",
  );
});

for (const [name, model] of Object.entries(models)) {
  t.test(`${name}: relaxing keeps every order, and leaves a mutation its effect`, async (t) => {
    const random = createRandom(6);
    let differences = 0;
    for (let round = 0; round < 100; round++) {
      const shape = { model: name, operations: 12, clients: 3, keys: 1, rotateAfter: Infinity };
      const values = round % 2 === 0 ? null : ["a", "b"];
      const ops = corrupt(
        generateHistory({ ...shape, lost: 0.1, maybe: 0.1, values }, random),
        random,
      );
      const operations = operationsOf(ops);
      const rows = Int32Array.from({ length: operations.count }, (_, row) => row);
      const [last = 0] = rows.slice(-1);
      const relaxed = relax(model, operations, rows, [last]);
      const byIndex = new Map<number, Operation>();
      for (let row = 0; row < relaxed.count; row++) {
        byIndex.set(relaxed.index[row] ?? -1, operationAt(relaxed, row));
      }
      let state = model.init();
      for (const row of rows) {
        const operation = operationAt(operations, row);
        const next = model.step(state, operation);
        const loose = byIndex.get(operation.index);
        if (next === undefined) continue;
        const looseNext = loose === undefined ? state : model.step(state, loose);
        if (looseNext === undefined || model.key(looseNext) !== model.key(next)) differences++;
        state = next;
      }
    }
    t.equal(differences, 0);
  });
}

t.test("a core is given up at once when the time is over, whatever its size", async (t) => {
  const model = models["counter"] as Model;
  const ops = script(
    ...Array.from({ length: 400 }, () => done(0, "add", 1)).flat(),
    ...done(1, "read", undefined, 3),
  );
  const operations = operationsOf(ops);
  const rows = Int32Array.from({ length: operations.count }, (_, row) => row);
  let asked = 0;
  const shouldStop = (): boolean => asked++ >= 0;

  const core = minimalCore(model, operations, rows, null, 0, { ...unbounded, shouldStop }) as Core;

  t.equal(core.isMinimal, false);
  t.equal(core.rows.length, operations.count);
  t.ok(asked < 20, `asked ${asked} times whether to stop`);
});
