import t from "tap";
import type { History, Op } from "../history.ts";
import { decide } from "../linearizability/decide.ts";
import type { Model, Operation } from "../model.ts";
import { models } from "../models.ts";
import { operationsOf } from "../operations-of.ts";
import { pairOperations } from "../pairing.ts";
import { isLinearizable } from "../testing/brute-force.ts";
import { corrupt } from "../testing/corrupt.ts";
import { generateHistory, type Shape } from "../testing/histories.ts";
import { createRandom, type Random } from "../testing/random.ts";
import { done, lost, script } from "../testing/script.ts";
import { stores } from "../testing/stores.ts";
import { wildOperations } from "../testing/wild.ts";
import { OpFeed, toToken } from "./op-feed.ts";
import { HistoryStream } from "./stream.ts";
import type { StreamOperation } from "./stream-operation.ts";

const unbounded = { stepsMax: Infinity, configurationsMax: Infinity, shouldStop: () => false };
const known = Object.entries(models).filter(([name]) => stores[name] !== undefined);

function smallShape(model: string, operationsMax: number, round: number, random: Random): Shape {
  return {
    model,
    operations: 2 + random.below(operationsMax - 1),
    clients: 2 + random.below(3),
    keys: 1,
    rotateAfter: Infinity,
    lost: random.pick([0, 0.15]),
    maybe: random.pick([0, 0.15]),
    values: round % 4 < 2 ? null : ["a", "b"],
  };
}

/** A history of the shape, or the last one with an answer changed; only such as the model can read. */
function nextHistory(model: Model, shape: Shape, random: Random, last: readonly Op[] | null): Op[] {
  const fresh = generateHistory(shape, random);
  const ops = last === null ? fresh : corrupt(last, random);
  const isOdd = pairOperations(ops).some((operation) => model.malformed?.(operation));
  return isOdd ? fresh : ops;
}

/** The verdict at the end, and the index of the line after which the stream said `invalid`. */
function play(model: Model, ops: readonly Op[], probe: (op: Op) => boolean = () => false) {
  const stream = new HistoryStream(model);
  const feed = new OpFeed(stream);
  let at: number | null = null;
  for (const op of ops) {
    feed.push(op);
    if (probe(op)) stream.probe();
    if (stream.anomalies.length > 0) at ??= op.index;
  }
  return { ...stream.finish(), at };
}

function verdictOf(model: Model, ops: readonly Op[]): string {
  const operations = operationsOf(ops);
  return operations.count === 0 ? "vacuous" : decide(model, operations, unbounded).verdict;
}

for (const [name, model] of known) {
  t.test(`${name}: a stream agrees with brute force on small random histories`, async (t) => {
    const random = createRandom(11);
    const differences: (readonly Op[])[] = [];
    let invalid = 0;
    let ops: readonly Op[] = [];
    for (let round = 0; round < 250; round++) {
      const shape = smallShape(name, 7, round, random);
      ops = nextHistory(model, shape, random, round % 2 === 1 ? ops : null);
      const { verdict } = play(model, ops, () => random.chance(0.1));
      const operations = pairOperations(ops);
      const expected = isLinearizable(model, operations) ? "valid" : "invalid";
      if (expected === "invalid") invalid++;
      if (verdict !== (operations.length === 0 ? "vacuous" : expected)) differences.push(ops);
    }

    t.same(differences, []);
    t.ok(invalid > 8, `${invalid} histories are not linearizable`);
  });

  t.test(`${name}: a stream agrees with the search on longer histories`, async (t) => {
    const random = createRandom(12);
    let differences = 0;
    let unknown = 0;
    let ops: readonly Op[] = [];
    const rounds = 80;
    for (let round = 0; round < rounds; round++) {
      const shape = { ...smallShape(name, 40, round, random), keys: 2, rotateAfter: 10 };
      ops = nextHistory(model, shape, random, round % 2 === 1 ? ops : null);
      const { verdict } = play(model, ops);
      if (verdict === "unknown") unknown++;
      else if (verdict !== verdictOf(model, ops)) differences++;
    }

    t.equal(differences, 0);
    t.ok(unknown < rounds / 40, `${unknown} are left open`);
  });
}

/** The verdict on operations that are known as a whole, told event by event. */
function playOperations(model: Model, operations: readonly Operation[]): string {
  const stream = new HistoryStream(model);
  const events: [position: number, run: () => void][] = [];
  for (const operation of operations) {
    const { index, process, f, key, call, input, output, outcome, error } = operation;
    let streamed: StreamOperation;
    const argument = toToken(input);
    const begin = (): void => {
      streamed = stream.call(
        stream.partitionOf(key),
        call,
        index,
        process,
        f,
        key,
        argument.token,
        argument.version,
      );
    };
    const end = operation.return === Infinity ? call + 0.5 : operation.return;
    const result = toToken(outcome === "ok" ? output : undefined);
    const finish = (): void =>
      stream.end(Math.floor(end), streamed, outcome, result.token, result.version, error);
    events.push([call, begin], [end, finish]);
  }
  for (const [, run] of events.sort(([a], [b]) => a - b)) run();
  return stream.finish().verdict;
}

for (const name of ["versioned-kv", "register", "cas-register"]) {
  t.test(
    `${name}: a stream agrees with brute force on operations that no store gave`,
    async (t) => {
      const model = models[name] as Model;
      const random = createRandom(14);
      const counts = { valid: 0, invalid: 0 };
      const differences: Operation[][] = [];
      for (let round = 0; round < 1500; round++) {
        const operations = wildOperations(
          {
            model: name,
            operations: 2 + random.below(6),
            clients: 2 + random.below(3),
            odd: random.pick([0, 0.1, 0.2]),
            repeated: random.pick([0, 0.2]),
          },
          random,
        );
        const expected = isLinearizable(model, operations) ? "valid" : "invalid";
        counts[expected]++;
        if (playOperations(model, operations) !== expected) differences.push(operations);
      }

      t.same(differences, []);
      t.ok(counts.valid > 50 && counts.invalid > 100, JSON.stringify(counts));
    },
  );
}

/** The first line after which the history so far has no order. */
function firstBroken(model: Model, ops: readonly Op[]): number | null {
  if (verdictOf(model, ops) !== "invalid") return null;
  return ops.findIndex((_, at) => verdictOf(model, ops.slice(0, at + 1)) === "invalid");
}

for (const name of ["versioned-kv", "register", "cas-register"]) {
  t.test(`${name}: a violation is told at the first return that leaves no order`, async (t) => {
    const model = models[name] as Model;
    const random = createRandom(13);
    let found = 0;
    for (let round = 0; round < 150; round++) {
      const shape = { ...smallShape(name, 12, 0, random), values: null };
      const ops = corrupt(generateHistory(shape, random), random);
      const expected = firstBroken(model, ops);
      if (expected !== null) found++;
      // The general machine looks at what still overlaps when it is asked.
      const { at } = play(model, ops, () => name === "cas-register");
      if (at !== expected) t.same({ at, ops }, { at: expected });
    }
    t.ok(found > 15, `${found} violations`);
  });
}

const busy = { clients: 20, keys: 4, lost: 0.03, maybe: 0.02, values: null };

for (const name of ["versioned-kv", "register"]) {
  t.test(`${name}: what is kept does not grow with the history`, async (t) => {
    const model = models[name] as Model;
    const shape = { ...busy, model: name, operations: 20_000, rotateAfter: Infinity };
    const ops = generateHistory(shape, createRandom(5));
    const stream = new HistoryStream(model);
    const feed = new OpFeed(stream);
    const lost = new Set<number>();
    let sizeMax = 0;
    for (const op of ops) {
      feed.push(op);
      const isWrite = op.f === "write" || op.f === "put";
      if (isWrite && op.type === "info" && op.error !== "ErrMaybe") lost.add(op.index);
      if (op.index % 1000 === 0) sizeMax = Math.max(sizeMax, stream.size);
    }

    t.equal(stream.finish().verdict, "valid");
    // A lost write may be read at any later time, a lost put only while its version is the next.
    const open = name === "register" ? lost.size : 0;
    t.ok(sizeMax < open + 400, `${sizeMax} operations, versions and clusters are kept`);
  });
}

t.test("values that are written again are judged by the general machine", async (t) => {
  const shape = { ...busy, clients: 5, operations: 3000, rotateAfter: Infinity };
  const values = Array.from({ length: 40 }, (_, value) => `v${value}`);
  for (const lost of [0, 0.01]) {
    const random = createRandom(6);
    const ops = generateHistory({ ...shape, model: "register", lost, maybe: 0, values }, random);
    t.equal(play(models["register"] as Model, ops).verdict, "valid");
    const read = ops.findLast(({ f, type }) => f === "read" && type === "ok");
    const never = ops.map((op) => (op === read ? { ...op, value: "never" } : op));
    t.equal(play(models["register"] as Model, never).verdict, "invalid");
  }
});

t.test("a refusal says later what the version before it cannot have been", async (t) => {
  const model = models["versioned-kv"] as Model;
  const put = { f: "put", key: "k" } as const;
  const get = { f: "get", key: "k" } as const;
  const lines: Omit<Op, "index" | "time">[] = [
    { ...put, process: 0, type: "invoke", value: { value: "a", version: 0 } },
    { ...put, process: 4, type: "invoke", value: { value: "b", version: 1 } },
    { ...put, process: 4, type: "info", error: "ErrMaybe" },
    { ...put, process: 0, type: "ok" },
    { ...put, process: 1, type: "invoke", value: { value: "c", version: 2 } },
    { ...put, process: 2, type: "invoke", value: { value: "d", version: 2 } },
    // Either version 2 was not there yet, or "d" had replaced it.
    { ...put, process: 1, type: "fail", error: "ErrVersion" },
    { ...get, process: 3, type: "invoke" },
    // It was there before the refused put was called, and "d" comes later.
    { ...get, process: 3, type: "ok", value: { value: "b", version: 2 } },
  ];
  const ops = lines.map((line, index): Op => ({ index, time: index, ...line }));
  t.equal(verdictOf(model, ops), "invalid");
  t.match(play(model, ops), { verdict: "invalid", at: 8 });
  t.equal(play(model, ops.slice(0, 8)).verdict, "valid");
});

t.test("a lost put can only have made the version after the one that it expected", async (t) => {
  const model = models["versioned-kv"] as Model;
  const ops = script(
    ...lost(0, "put", { value: "a", version: 0 }),
    ...done(1, "get", undefined, { value: null, version: 0 }),
    ...done(1, "put", { value: "b", version: 0 }),
    ...lost(2, "put", { value: "c", version: 1 }),
    ...done(1, "get", undefined, { value: "a", version: 2 }),
  );

  t.equal(verdictOf(model, ops), "invalid");
  t.match(play(model, ops), { verdict: "invalid", at: 9 });
});

t.test("a lost put takes effect after operations that nothing else overlaps", async (t) => {
  const model = models["versioned-kv"] as Model;
  const ops = script(
    ...lost(0, "put", { value: "a", version: 1 }),
    ...done(1, "put", { value: "b", version: 0 }),
    ...done(1, "get", undefined, { value: "b", version: 1 }),
    ...done(1, "get", undefined, { value: "a", version: 2 }),
  );

  t.equal(play(model, ops).verdict, "valid");
});

t.test("an anomaly is told once a key, other keys go on", async (t) => {
  const lines: Pick<History["ops"][number], "type" | "f" | "key" | "value">[] = [];
  for (const key of ["a", "b", "a", "b", "c"]) {
    const value = key === "c" ? { value: null, version: 0 } : { value: "x", version: 1 };
    lines.push({ type: "invoke", f: "get", key, value: undefined });
    lines.push({ type: "ok", f: "get", key, value });
  }
  const ops = lines.map((line, index): Op => ({ index, time: index, process: 0, ...line }));
  const { verdict, anomalies, summary, stats } = play(models["versioned-kv"] as Model, ops);
  t.equal(verdict, "invalid");
  t.match(anomalies, [
    { key: "a", operation: 0, kind: "phantom" },
    { key: "b", operation: 2, kind: "phantom" },
  ]);
  t.equal(anomalies.length, 2);
  t.match(summary, /no order explains op 0 on key a.*1 more key is broken/);
  t.match(stats, { operations: 5, partitions: 3 });
});

t.test("lines that no client could have recorded are errors", async (t) => {
  const call = { time: 0, process: 0, type: "invoke", f: "read", key: "k" } as const;
  const answer = { ...call, type: "ok", value: null } as const;
  const cases: readonly [string, readonly Omit<Op, "index">[]][] = [
    ["invokes while", [call, call]],
    ["completes what it never invoked", [answer]],
    ["another f", [call, { ...answer, f: "write" }]],
    ["another key", [call, { ...answer, key: "other" }]],
    ["acts after its info", [call, { ...answer, type: "info" }, call]],
    ["has no", [{ ...call, f: "pop" }]],
  ];
  for (const [message, lines] of cases) {
    const ops = lines.map((line, index) => ({ index, ...line }));
    const attempt = () => play(models["register"] as Model, ops);
    t.throws(attempt, { code: "E_HISTORY", message: new RegExp(message) }, message);
  }
});

t.test("a key that is given up tells how far it got and what was open", async (t) => {
  const stream = new HistoryStream(models["append-list"] as Model, { configurationsMax: 50 });
  const feed = new OpFeed(stream);
  const processes = Array.from({ length: 20 }, (_, process) => process);
  const lines: readonly (Pick<Op, "process" | "type" | "f"> & Partial<Op>)[] = [
    { process: 20, type: "invoke", f: "append", value: "first" },
    { process: 20, type: "ok", f: "append" },
    ...processes.map((process) => ({
      process,
      type: "invoke" as const,
      f: "append",
      value: `v${process}`,
    })),
    ...processes.map((process) => ({ process, type: "ok" as const, f: "append" })),
  ];
  lines.forEach((line, index) => {
    feed.push({ index, time: index, key: "a", ...line });
    if (index === 21) t.match(stream.underWay, { openCount: 20, open: { length: 16 } });
  });
  const { verdict, summary, progress } = stream.finish();

  t.equal(verdict, "unknown");
  t.match(progress, { key: "a", ordered: Number, of: 21, openCount: Number, undecidedKeys: 1 });
  t.equal((progress?.ordered ?? 0) + (progress?.openCount ?? 0) + 1, 21);
  t.match(
    summary,
    /^more than 50 configurations at op \d+: \d+ of 21 completed operations of key a/,
  );
  t.match(
    summary,
    /; next by return: op \d+ \(.*\), open beside it: op \d+ \(process .*; 1 key undecided$/,
  );
});
