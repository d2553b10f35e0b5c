import t from "tap";
import type { Budget } from "../checker.ts";
import type { Op } from "../history.ts";
import { generateHistory } from "../testing/histories.ts";
import { createRandom } from "../testing/random.ts";
import { checker } from "./linearizable.ts";

const unbounded: Budget = {
  stepsMax: Infinity,
  configurationsMax: Infinity,
  shouldStop: () => false,
};

const register = { model: "register" };

type Line = Pick<Op, "process" | "type" | "f"> & Partial<Op>;

/** A history on key k1 from its lines. */
function history(...lines: readonly Line[]): Op[] {
  return lines.map((line, index) => ({ index, time: index * 1_000_000, key: "k1", ...line }));
}

function call(process: number, f: string, value?: unknown): Line {
  return { process, type: "invoke", f, value };
}

function answer(process: number, f: string, value?: unknown): Line {
  return { process, type: "ok", f, value };
}

t.test("a read older than what was acknowledged before is a stale read", async (t) => {
  const ops = history(
    call(0, "put", { value: "a", version: 0 }),
    answer(0, "put"),
    call(0, "put", { value: "b", version: 1 }),
    answer(0, "put"),
    call(1, "get"),
    answer(1, "get", { value: "a", version: 1 }),
  );

  const { verdict, anomalies } = checker.check(ops, { model: "versioned-kv" }, unbounded);

  t.equal(verdict, "invalid");
  t.match(anomalies, [{ kind: "stale-read", key: "k1", operation: 4, related: [0, 2] }]);
});

t.test("kinds of anomaly name what went wrong", async (t) => {
  const cases = [
    {
      kind: "duplicate-version",
      model: "versioned-kv",
      ops: history(
        call(0, "put", { value: "a", version: 0 }),
        answer(0, "put"),
        call(1, "put", { value: "b", version: 0 }),
        answer(1, "put"),
      ),
    },
    {
      kind: "phantom",
      model: "versioned-kv",
      ops: history(call(0, "get"), answer(0, "get", { value: "x", version: 1 })),
    },
    {
      kind: "stale-read",
      model: "register",
      ops: history(
        call(0, "write", "a"),
        answer(0, "write"),
        call(0, "write", "b"),
        answer(0, "write"),
        call(0, "read"),
        answer(0, "read", "a"),
      ),
    },
    {
      kind: "duplicate",
      model: "append-list",
      ops: history(
        call(0, "append", "a"),
        answer(0, "append"),
        call(0, "read"),
        answer(0, "read", ["a", "a"]),
      ),
    },
    {
      kind: "lost-write",
      model: "append-list",
      ops: history(
        call(0, "append", "a"),
        answer(0, "append"),
        call(0, "read"),
        answer(0, "read", []),
      ),
    },
    {
      kind: "broken-lock",
      model: "mutex",
      ops: history(
        call(0, "acquire"),
        answer(0, "acquire"),
        call(1, "acquire"),
        answer(1, "acquire"),
      ),
    },
  ];
  for (const { kind, model, ops } of cases) {
    const { verdict, anomalies } = checker.check(ops, { model }, unbounded);
    t.equal(verdict, "invalid", `${model} ${kind}`);
    t.match(anomalies, [{ kind, expected: String, observed: String }], `${model} ${kind}`);
  }
});

t.test("ErrMaybe ends at its line, a timeout never does", async (t) => {
  const put = { value: "a", version: 0 };
  for (const [error, verdict] of [
    ["ErrMaybe", "invalid"],
    ["timeout", "valid"],
  ] as const) {
    const ops = history(
      call(0, "put", put),
      { process: 0, type: "info", f: "put", error },
      call(1, "get"),
      answer(1, "get", { value: null, version: 0 }),
      call(1, "get"),
      answer(1, "get", { value: "a", version: 1 }),
    );
    t.equal(checker.check(ops, { model: "versioned-kv" }, unbounded).verdict, verdict, error);
  }
});

t.test("an operation that the model does not know is an error of the history", async (t) => {
  const ops = history(call(0, "pop"));
  const check = () => checker.check(ops, { model: "register" }, unbounded);
  t.throws(check, { code: "E_HISTORY", details: { index: 0 } });
});

t.test("a budget that ends first gives unknown, and how far it came", async (t) => {
  // Values that come again are for the search.
  const shape = { ...hotKeys, model: "register", operations: 2000, values: ["a", "b"] };
  const ops = generateHistory(shape, createRandom(5));
  const options = { model: "register" };
  for (const budget of [
    { ...unbounded, stepsMax: 50 },
    { ...unbounded, configurationsMax: 10 },
    { ...unbounded, shouldStop: () => true },
  ]) {
    const { verdict, summary, progress } = checker.check(ops, options, budget);
    t.equal(verdict, "unknown");
    t.match(summary, /ran out after \d+ steps?: \d+ of \d+ completed operations of key k\d+ /);
    t.match(summary, /; next by return: op \d+ \(.*\), .*; \d+ keys? undecided$/);
    t.match(progress, { key: /^k\d+$/, ordered: Number, due: { index: Number, text: String } });
    const due = ops.find(({ index }) => index === progress?.due?.index);
    t.match(due, { type: "invoke", key: progress?.key });
  }
});

t.test("what was open where a search ended is told, of much only the first", async (t) => {
  const writers = Array.from({ length: 20 }, (_, process) => call(process, "write", process % 2));
  const lost: Line = { process: 19, type: "info", f: "write" };
  const last = [answer(7, "write"), call(7, "read"), answer(7, "read", 1)];
  const ops = history(...writers, lost, ...last);
  const stopped = { ...unbounded, shouldStop: () => true };
  const { summary, progress } = checker.check(ops, { model: "register" }, stopped);
  t.match(progress, { key: "k1", ordered: 0, of: 2, state: "null", undecidedKeys: 1 });
  t.same(progress?.due, { index: 7, text: "process 7: write 1 -> ok" });
  const listed = progress?.open.map(({ index }) => index);
  t.same(listed, [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  t.equal(progress?.openCount, 19);
  t.equal(
    summary,
    "time ran out after 0 steps: 0 of 2 completed operations of key k1 ordered, state null; " +
      "next by return: op 7 (process 7: write 1 -> ok), open beside it: op 0 (process 0: write 0 -> open), " +
      "op 1 (process 1: write 1 -> open), op 2 (process 2: write 0 -> open) and 16 more; 1 key undecided",
  );
});

t.test("one operation on one key is one", async (t) => {
  const { summary } = checker.check(
    history(call(0, "read"), answer(0, "read", null)),
    register,
    unbounded,
  );
  t.equal(summary, "1 operation on 1 key can be ordered");
});

const hotKeys = { clients: 20, keys: 6, rotateAfter: 300, lost: 0.03, maybe: 0.01, values: null };

for (const model of ["versioned-kv", "append-list", "register", "cas-register", "mutex"]) {
  t.test(`${model}: 20,000 operations of 20 clients with losses are decided`, async (t) => {
    const ops = generateHistory({ ...hotKeys, model, operations: 20_000 }, createRandom(3));
    t.equal(checker.check(ops, { model }, unbounded).verdict, "valid");
    if (model === "mutex") return;

    const reads = ops.filter(({ f, type }) => type === "ok" && (f === "get" || f === "read"));
    const late = reads.slice(Math.floor(reads.length * 0.6));
    const before = (read: Op) =>
      reads.find(
        ({ key, index, value }) =>
          key === read.key &&
          index < read.index - 400 &&
          JSON.stringify(value) !== JSON.stringify(read.value),
      );
    const victim = late.find((read) => before(read) !== undefined);
    if (victim === undefined) throw new Error("some key is read twice with different answers");
    const stale = ops.map((op) => (op === victim ? { ...op, value: before(op)?.value } : op));

    const { verdict, anomalies } = checker.check(stale, { model }, unbounded);
    t.equal(verdict, "invalid");
    t.match(anomalies, [{ key: victim.key, operation: Number }]);
  });
}

t.test("100 clients on one key, 7 % unknown, are decided", async (t) => {
  const shape = {
    ...hotKeys,
    clients: 100,
    keys: 1,
    rotateAfter: Infinity,
    lost: 0.05,
    maybe: 0.02,
  };
  const ops = generateHistory(
    { ...shape, model: "versioned-kv", operations: 3000 },
    createRandom(3),
  );
  t.equal(checker.check(ops, { model: "versioned-kv" }, unbounded).verdict, "valid");
});
