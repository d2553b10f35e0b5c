import t from "tap";
import { done, failed, lost, script, unlimited } from "../testing/script.ts";
import { checker } from "./session-guarantees.ts";

const get = (process: number, value: unknown, version: number) =>
  done(process, "get", undefined, { value, version });
const put = (process: number, value: unknown, version: number) =>
  done(process, "put", { value, version });
const read = (process: number, value: unknown) => done(process, "read", undefined, value);
const write = (process: number, value: unknown) => done(process, "write", value);
const append = (process: number, value: unknown) => done(process, "append", value);

const start = [...put(0, "a", 0), ...put(0, "b", 1)];

const broken = {
  "versions, monotonic-reads": {
    ops: script(...start, ...get(1, "b", 2), ...get(1, "a", 1)),
    operation: 6,
    related: [4],
  },
  "versions, monotonic-reads of an absent key": {
    ops: script(...start, ...get(1, "a", 1), ...failed(1, "get", undefined, "ErrNoKey")),
    operation: 6,
    related: [4],
  },
  "versions, read-your-writes": {
    ops: script(...start, ...get(0, "a", 1)),
    operation: 4,
    related: [2],
  },
  "versions, monotonic-writes": {
    ops: script(...put(0, "a", 3), ...put(0, "b", 1)),
    operation: 2,
    related: [0],
  },
  "versions, writes-follow-reads": {
    ops: script(...get(0, "a", 4), ...put(0, "b", 2)),
    operation: 2,
    related: [0],
  },
  "registers, monotonic-reads": {
    ops: script(...write(0, "a"), ...write(0, "b"), ...read(1, "b"), ...read(1, "a")),
    operation: 6,
    related: [4],
  },
  "registers, monotonic-reads by a write that was read, not acknowledged": {
    ops: script(
      ...lost(0, "write", "a"),
      ...read(2, "a"),
      ...lost(1, "write", "b"),
      ...read(3, "b"),
      ...read(3, "a"),
    ),
    operation: 8,
    related: [6],
  },
  "registers, monotonic-reads of null": {
    ops: script(...write(0, "a"), ...read(1, "a"), ...read(1, null)),
    operation: 4,
    related: [2],
  },
  "registers, read-your-writes": {
    ops: script(...write(1, "a"), ...write(0, "b"), ...read(0, "a")),
    operation: 4,
    related: [2],
  },
  "registers, read-your-writes of a cas": {
    ops: script(...write(1, "a"), ...done(0, "cas", ["a", "b"]), ...read(0, "a")),
    operation: 4,
    related: [2],
  },
  "lists, monotonic-reads": {
    ops: script(...append(0, 1), ...append(0, 2), ...read(1, [1, 2]), ...read(1, [1])),
    operation: 6,
    related: [4],
  },
  "lists, read-your-writes": {
    ops: script(...append(0, 1), ...append(1, 2), ...read(1, [1])),
    operation: 4,
    related: [2],
  },
  "lists, monotonic-writes": {
    ops: script(...append(0, 1), ...append(0, 2), ...read(1, [2, 1])),
    operation: 2,
    related: [0],
  },
  "lists, monotonic-writes of what is not there": {
    ops: script(...append(0, 1), ...append(0, 2), ...read(1, [2])),
    operation: 2,
    related: [0],
  },
  "lists, writes-follow-reads": {
    ops: script(...append(0, 1), ...read(1, [1]), ...append(1, 2), ...read(2, [2, 1])),
    operation: 4,
    related: [2],
  },
  "sets, monotonic-reads": {
    ops: script(...done(0, "add", 1), ...read(1, [1]), ...read(1, [])),
    operation: 4,
    related: [2],
  },
};

for (const [name, { ops, operation, related }] of Object.entries(broken)) {
  t.test(`broken: ${name}`, async (t) => {
    const { verdict, anomalies, stats } = checker.check(ops, {}, unlimited);
    const guarantee = name.match(/monotonic-\w+|read-your-writes|writes-follow-reads/)?.[0] ?? "";
    t.equal(verdict, "invalid");
    t.match(stats, { broken: { [guarantee]: 1 } });
    t.match(anomalies, [{ kind: "broken-session", key: "k1", operation, related }]);
  });
}

const kept = {
  "another process may read what is older": script(...start, ...get(1, "b", 2), ...get(2, "a", 1)),
  "a put of unknown outcome promises nothing": script(
    ...put(0, "a", 0),
    ...lost(0, "put", { value: "b", version: 1 }),
    ...get(1, "a", 1),
    ...get(1, "a", 1),
  ),
  "writes that overlap have no order": script(
    [0, "invoke", "write", "a"],
    [1, "invoke", "write", "b"],
    [0, "ok", "write"],
    [1, "ok", "write"],
    ...read(2, "b"),
    ...read(2, "a"),
  ),
  "a value written twice may have come back": script(
    ...write(0, "a"),
    ...write(0, "b"),
    ...lost(1, "write", "a"),
    ...read(2, "b"),
    ...read(2, "a"),
    ...read(2, "b"),
  ),
  "null may have been written": script(
    ...write(0, "a"),
    ...lost(1, "write", null),
    ...read(2, "a"),
    ...read(2, null),
    ...write(2, "c"),
    ...read(2, "c"),
  ),
  "a set has no order": script(
    ...done(0, "add", 1),
    ...done(0, "add", 2),
    ...read(1, [2, 1]),
    ...read(1, [1, 2]),
  ),
  "an element appended twice stands where it likes": script(
    ...append(0, 1),
    ...append(0, 2),
    ...lost(1, "append", 2),
    ...read(2, [2, 1, 2]),
    ...read(2, [2, 1, 2]),
  ),
};

for (const [name, ops] of Object.entries(kept)) {
  t.test(`kept: ${name}`, async (t) => {
    t.match(checker.check(ops, {}, unlimited), { verdict: "valid", anomalies: [] });
  });
}

t.test("vacuous where no process did two things, or no order of versions is known", async (t) => {
  const cases = {
    "once each": script(...put(0, "a", 0), ...get(1, "b", 1)),
    locks: script(...done(0, "acquire"), ...done(0, "release")),
    "values not known": script(...write(0, "a"), ...lost(3, "write", "a"), ...read(0, "a")),
  };
  for (const [name, ops] of Object.entries(cases)) {
    t.equal(checker.check(ops, {}, unlimited).verdict, "vacuous", name);
  }
});
