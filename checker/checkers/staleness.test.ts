import t from "tap";
import { done, lost, script, unlimited } from "../testing/script.ts";
import { checker } from "./staleness.ts";

const get = (process: number, value: unknown, version: number) =>
  done(process, "get", undefined, { value, version });
const put = (process: number, value: unknown, version: number) =>
  done(process, "put", { value, version });
const read = (process: number, value: unknown) => done(process, "read", undefined, value);
const write = (process: number, value: unknown) => done(process, "write", value);

const behind = {
  versions: {
    // Version 2 is known from 30 ms on, version 3 from 50 ms, the read of 1 is called at 60 ms.
    ops: script(...put(0, "a", 0), ...put(0, "b", 1), ...put(0, "c", 2), ...get(1, "a", 1)),
    worst: { operation: 6, versions: 2, ms: 30 },
    since: 2,
  },
  "versions that only a read showed": {
    ops: script(
      ...lost(0, "put", { value: "a", version: 0 }),
      ...get(1, "x", 7),
      ...get(2, "a", 1),
    ),
    worst: { operation: 4, versions: 6, ms: 10 },
    since: 2,
  },
  "an absent key": {
    ops: script(...put(0, "a", 0), ...get(1, null, 0)),
    worst: { operation: 2, versions: 1, ms: 10 },
    since: 0,
  },
  registers: {
    ops: script(...write(0, "a"), ...write(0, "b"), ...write(1, "c"), ...read(2, "a")),
    worst: { operation: 6, versions: 2, ms: 30 },
    since: 2,
  },
  "registers, null": {
    ops: script(...write(0, "a"), ...write(0, "b"), ...read(2, null)),
    worst: { operation: 4, versions: 2, ms: 30 },
    since: 0,
  },
  lists: {
    ops: script(
      ...done(0, "append", 1),
      ...done(0, "append", 2),
      ...done(0, "append", 3),
      ...read(1, [1]),
      ...read(1, [1, 2, 3]),
    ),
    worst: { operation: 6, versions: 2, ms: 30 },
    since: 2,
  },
};

for (const [name, { ops, worst, since }] of Object.entries(behind)) {
  t.test(`${name}: by how many versions and how long a read was stale`, async (t) => {
    const open = checker.check(ops, {}, unlimited);
    const strict = checker.check(ops, { versionsMax: worst.versions - 1 }, unlimited);
    const late = checker.check(ops, { withinMs: worst.ms - 1 }, unlimited);
    const within = checker.check(
      ops,
      { versionsMax: worst.versions, withinMs: worst.ms },
      unlimited,
    );

    t.equal(open.verdict, "unknown", "no bound says whether that may be");
    t.match(open.stats, { stale: 1, worst: [worst], ms: { max: worst.ms } });
    t.match(strict, {
      verdict: "invalid",
      anomalies: [{ kind: "stale-read", operation: worst.operation, related: [since] }],
    });
    t.equal(late.verdict, "invalid");
    t.equal(within.verdict, "valid");
  });
}

t.test("no read is stale that overlaps the newer write, or whose order is not known", async (t) => {
  const cases = {
    overlap: script(
      ...put(0, "a", 0),
      [0, "invoke", "put", { value: "b", version: 1 }],
      [1, "invoke", "get"],
      [0, "ok", "put"],
      [1, "ok", "get", { value: "a", version: 1 }],
    ),
    "writes that overlap": script(
      [0, "invoke", "write", "a"],
      [1, "invoke", "write", "b"],
      [0, "ok", "write"],
      [1, "ok", "write"],
      ...read(2, "a"),
      ...read(2, "b"),
    ),
    "a write of unknown outcome": script(
      ...write(0, "a"),
      ...lost(1, "write", "b"),
      ...read(2, "a"),
    ),
  };
  for (const [name, ops] of Object.entries(cases)) {
    const options = { versionsMax: 0 };
    t.match(
      checker.check(ops, options, unlimited),
      { verdict: "valid", stats: { stale: 0 } },
      name,
    );
    t.equal(checker.check(ops, {}, unlimited).verdict, "valid", name);
  }
});

t.test("a stale read does not make the newest version known older", async (t) => {
  const puts = [...put(0, "a", 0), ...put(0, "b", 1), ...put(0, "c", 2)];
  const ops = script(...puts, ...get(1, "b", 2), ...get(1, "a", 1));
  const { stats } = checker.check(ops, {}, unlimited);
  t.match(stats, { reads: 2, stale: 2, worst: [{ operation: 8, versions: 2 }, { versions: 1 }] });
});

t.test("null that somebody may have written is not known to be old", async (t) => {
  const ops = script(
    [0, "invoke", "write", null],
    ...read(1, null),
    ...write(1, "a"),
    ...read(2, null),
    ...read(2, "a"),
  );
  t.match(checker.check(ops, {}, unlimited), { verdict: "valid", stats: { reads: 1 } });
});

t.test("a list that is no prefix of the longest has no version", async (t) => {
  const appends = [1, 2, 3].flatMap((element) => done(0, "append", element));
  const ops = script(...appends, ...read(1, [1, 2, 3]), ...read(1, [3]));
  t.match(checker.check(ops, {}, unlimited), { verdict: "valid", stats: { reads: 1 } });
});

t.test("a history without times cannot be judged by time", async (t) => {
  const ops = script(...put(0, "a", 0), ...get(1, null, 0)).map((op) => ({ ...op, time: NaN }));
  const { verdict, stats } = checker.check(ops, { withinMs: 5 }, unlimited);
  t.equal(verdict, "unknown");
  t.match(stats, { stale: 1, ms: null, worst: [{ ms: null }] });
});

t.test("vacuous where no read's version is known", async (t) => {
  const cases = {
    "no read": script(...put(0, "a", 0)),
    "values written twice": script(...write(0, "a"), ...write(0, "a"), ...read(1, "a")),
    locks: script(...done(0, "acquire"), ...done(0, "release")),
  };
  for (const [name, ops] of Object.entries(cases)) {
    t.equal(checker.check(ops, {}, unlimited).verdict, "vacuous", name);
  }
});
