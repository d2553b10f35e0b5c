import fc from "fast-check";
import t from "tap";
import { createRng } from "../cluster/env/rng.ts";
import type { Completion, Invocation } from "../cluster/subject.ts";
import { createGenerator, type Generator } from "./generator.ts";
import type { KeyChoice, OperationSpec, Workload } from "./workload.ts";

const operationsByModel: Readonly<Record<string, readonly OperationSpec[]>> = {
  "versioned-kv": [
    { f: "get", weight: 4 },
    { f: "put", weight: 5, value: "unique", version: "last-seen" },
    { f: "put", weight: 1, value: "unique", version: "random" },
  ],
  register: [
    { f: "read", weight: 1 },
    { f: "write", weight: 1 },
  ],
  "cas-register": [
    { f: "read", weight: 1 },
    { f: "write", weight: 1 },
    { f: "cas", weight: 2 },
  ],
  "append-list": [
    { f: "append", weight: 1 },
    { f: "read", weight: 1 },
  ],
  mutex: [
    { f: "acquire", weight: 1 },
    { f: "release", weight: 1 },
  ],
};

type Setting = {
  readonly model: string;
  readonly seed: number;
  readonly keys: Workload["keys"];
};

const setting: fc.Arbitrary<Setting> = fc.record({
  model: fc.constantFrom(...Object.keys(operationsByModel)),
  seed: fc.nat(),
  keys: fc.record({
    count: fc.integer({ min: 1, max: 9 }),
    choose: fc.constantFrom<KeyChoice>("uniform", "zipf", "sequential"),
    rotateAfterOps: fc.integer({ min: 1, max: 20 }),
  }),
});

type Step = { readonly process: number; readonly invocation: Invocation };

function create({ model, seed, keys }: Setting): Generator {
  const operations = operationsByModel[model] ?? [];
  return createGenerator({ keys, operations }, model, createRng(seed));
}

/** Three threads in turn; what becomes of each operation is drawn, as in a bad network. */
function play(setting: Setting, count: number): { steps: Step[]; generator: Generator } {
  const generator = create(setting);
  const rng = createRng(`${setting.seed}/answers`);
  const processes = [0, 1, 2];
  let processCount = 3;
  const steps: Step[] = [];
  for (let turn = 0; turn < count; turn++) {
    const thread = turn % 3;
    const process = processes[thread] ?? 0;
    const invocation = generator.next({ process, thread });
    steps.push({ process, invocation });
    const type = rng.pick(["ok", "ok", "ok", "fail", "info"] as const);
    generator.observe({ process, thread }, invocation, answer(type, invocation));
    if (type === "info") processes[thread] = processCount++;
  }
  return { steps, generator };
}

function answer(type: Completion["type"], { f }: Invocation): Completion {
  return type === "ok" && f === "get" ? { type, value: { value: "x", version: 7 } } : { type };
}

t.test("the same seed and answers give the same operations", async (t) => {
  fc.assert(
    fc.property(setting, (setting) => {
      t.same(play(setting, 60), play(setting, 60));
    }),
    { numRuns: 30 },
  );
});

t.test("another seed gives other operations", async (t) => {
  const keys = { count: 5, choose: "uniform" } as const;
  const one = play({ model: "versioned-kv", seed: 1, keys }, 60);
  const other = play({ model: "versioned-kv", seed: 2, keys }, 60);

  t.notSame(one.steps, other.steps);
});

t.test("no value is ever written twice", async () => {
  fc.assert(
    fc.property(setting, (setting) => {
      const written = play(setting, 120).steps.flatMap(({ invocation: { value } }) => {
        if (value === undefined) return [];
        if (Array.isArray(value)) return [value[1]];
        return [typeof value === "object" ? (value as { value: string }).value : value];
      });
      return new Set(written).size === written.length;
    }),
  );
});

t.test("a key serves as many draws as rotateAfterOps says, then never again", async () => {
  fc.assert(
    fc.property(setting, (setting) => {
      const { model, keys } = setting;
      if (model === "mutex") return true; // Owed releases are not drawn.
      const counts = new Map<string, number>();
      const lastSlotKey = new Map<string, string>();
      const retired = new Set<string>();
      for (const { invocation } of play(setting, 200).steps) {
        const key = invocation.key ?? "";
        const slot = key.split("-")[0] ?? "";
        const before = lastSlotKey.get(slot);
        if (before !== undefined && before !== key) retired.add(before);
        lastSlotKey.set(slot, key);
        counts.set(key, (counts.get(key) ?? 0) + 1);
        if (retired.has(key)) return false;
      }
      return (
        lastSlotKey.size <= keys.count &&
        [...retired].every((key) => counts.get(key) === keys.rotateAfterOps)
      );
    }),
  );
});

t.test("a process releases exactly the lock it acquired, and only then", async () => {
  fc.assert(
    fc.property(setting, (setting) => {
      const generator = create({ ...setting, model: "mutex" });
      const rng = createRng(setting.seed);
      let held: string | undefined;
      for (let turn = 0; turn < 60; turn++) {
        const invocation = generator.next({ process: 0, thread: 0 });
        const expected = held === undefined ? "acquire" : "release";
        if (invocation.f !== expected || (held !== undefined && invocation.key !== held)) {
          return false;
        }
        const type = rng.pick(["ok", "fail"] as const);
        generator.observe({ process: 0, thread: 0 }, invocation, { type });
        if (type === "ok") held = held === undefined ? invocation.key : undefined;
      }
      return true;
    }),
  );
});

t.test("a lock that is lost is not released again", async (t) => {
  const keys = { count: 1, choose: "uniform" } as const;
  const generator = create({ model: "mutex", seed: 1, keys });
  const caller = { process: 0, thread: 0 };
  generator.observe(caller, generator.next(caller), { type: "ok" });
  const release = generator.next(caller);
  generator.observe(caller, release, { type: "fail", error: "not-held" });

  t.equal(release.f, "release");
  t.equal(generator.next(caller).f, "acquire");
});

t.test(
  "a holder writes with its token, then releases; one that was fenced does neither",
  async (t) => {
    const keys = { count: 1, choose: "uniform" } as const;
    const operations = [{ f: "acquire", weight: 1 }];
    const generator = createGenerator({ keys, operations }, "fenced-lock", createRng(5));
    const caller = { process: 0, thread: 0 };
    const take = (token: number): void => {
      const value = { token };
      generator.observe(caller, generator.next(caller), { type: "ok", value });
    };

    take(7);
    let step = generator.next(caller);
    for (; step.f === "write"; step = generator.next(caller)) {
      t.match(step, { key: "k0", value: { value: /^v/, token: 7 } });
      generator.observe(caller, step, { type: "ok" });
    }
    t.same(step, { f: "release", key: "k0", value: { token: 7 } });
    generator.observe(caller, step, { type: "ok" });
    take(9);
    const late = generator.next(caller);
    t.match(late, { f: "write", value: { token: 9 } });
    generator.observe(caller, late, { type: "fail", error: "fenced" });
    t.equal(generator.next(caller).f, "acquire");
  },
);

t.test("last-seen puts take the version that the same thread saw last", async (t) => {
  const operations: OperationSpec[] = [
    { f: "put", weight: 1, value: "unique", version: "last-seen" },
  ];
  const keys = { count: 1, choose: "uniform" } as const;
  const generator = createGenerator({ keys, operations }, "versioned-kv", createRng(3));
  const one = { process: 0, thread: 0 };
  const other = { process: 1, thread: 1 };
  const first = generator.next(one);
  const get = { f: "get", key: "k0" };

  t.same(first.value, { value: "v1", version: 0 }, "a key never seen is created");
  generator.observe(one, first, { type: "ok" });
  t.match(generator.next(one).value, { version: 1 }, "an acknowledged put raises it by one");
  generator.observe(one, get, { type: "ok", value: { value: "x", version: 9 } });
  t.match(generator.next(one).value, { version: 9 }, "a get tells it");
  t.match(generator.next(other).value, { version: 0 }, "another thread saw nothing");
});

t.test("latest puts take the version that any thread saw last", async (t) => {
  const operations: OperationSpec[] = [{ f: "put", weight: 1, version: "latest" }];
  const keys = { count: 1, choose: "uniform" } as const;
  const generator = createGenerator({ keys, operations }, "versioned-kv", createRng(3));
  const one = { process: 0, thread: 0 };
  const other = { process: 1, thread: 1 };

  generator.observe(one, generator.next(one), { type: "ok" });
  t.match(generator.next(other).value, { version: 1 });
});

t.test("random versions lie within two of the one seen and are never negative", async (t) => {
  const operations: OperationSpec[] = [{ f: "put", weight: 1, version: "random" }];
  const keys = { count: 1, choose: "uniform" } as const;
  const generator = createGenerator({ keys, operations }, "versioned-kv", createRng(4));
  const caller = { process: 0, thread: 0 };
  const draw = (): Set<number> =>
    new Set(
      Array.from({ length: 200 }, () => {
        return (generator.next(caller).value as { version: number }).version;
      }),
    );

  t.same([...draw()].sort(), [0, 1, 2]);
  const value = { value: "x", version: 9 };
  generator.observe(caller, { f: "get", key: "k0" }, { type: "ok", value });
  t.same(
    [...draw()].sort((a, b) => a - b),
    [7, 8, 9, 10, 11],
  );
});

t.test("compare-and-set starts from the value the thread saw last", async (t) => {
  const operations: OperationSpec[] = [{ f: "cas", weight: 1 }];
  const keys = { count: 1, choose: "uniform" } as const;
  const generator = createGenerator({ keys, operations }, "cas-register", createRng(5));
  const caller = { process: 0, thread: 0 };
  const first = generator.next(caller);

  t.same(first.value, [null, "v1"]);
  generator.observe(caller, first, { type: "ok" });
  t.same(generator.next(caller).value, ["v1", "v2"]);
});

t.test(
  "operations come in proportion to their weights, zipf keys in proportion to 1/rank",
  async (t) => {
    const operations: OperationSpec[] = [
      { f: "get", weight: 3 },
      { f: "put", weight: 1 },
    ];
    const keys = { count: 3, choose: "zipf" } as const;
    const generator = createGenerator({ keys, operations }, "versioned-kv", createRng(6));
    const drawn = Array.from({ length: 11_000 }, () => generator.next({ process: 0, thread: 0 }));
    const share = (isCounted: (invocation: Invocation) => boolean): number =>
      drawn.filter(isCounted).length / drawn.length;
    const isNear = (got: number, expected: number): boolean => Math.abs(got - expected) < 0.02;

    t.ok(
      isNear(
        share(({ f }) => f === "get"),
        3 / 4,
      ),
    );
    t.ok(
      isNear(
        share(({ key }) => key === "k0"),
        6 / 11,
      ),
    );
    t.ok(
      isNear(
        share(({ key }) => key === "k1"),
        3 / 11,
      ),
    );
    t.ok(
      isNear(
        share(({ key }) => key === "k2"),
        2 / 11,
      ),
    );
  },
);

t.test("sequential keys come in turn", async (t) => {
  const keys = { count: 3, choose: "sequential" } as const;
  const { steps } = play({ model: "register", seed: 1, keys }, 6);

  t.same(
    steps.map(({ invocation }) => invocation.key),
    ["k0", "k1", "k2", "k0", "k1", "k2"],
  );
});

t.test("final reads name each touched key once, and none for a lock", async (t) => {
  fc.assert(
    fc.property(setting, (setting) => {
      const { steps, generator } = play(setting, 120);
      const touched = [...new Set(steps.map(({ invocation }) => invocation.key))];
      const reads = generator.finalReads().map(({ key }) => key);
      t.same(reads.toSorted(), setting.model === "mutex" ? [] : touched.toSorted());
    }),
    { numRuns: 50 },
  );
});

t.test("final reads are at most 1000, of the keys touched last", async (t) => {
  const keys = { count: 1, choose: "uniform", rotateAfterOps: 1 } as const;
  const { generator } = play({ model: "register", seed: 1, keys }, 2500);
  const reads = generator.finalReads();

  t.equal(reads.length, 1000);
  t.same(reads.at(-1), { f: "read", key: "k0-2499" });
});
