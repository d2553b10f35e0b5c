import t from "tap";
import { done, failed, lost, script, unlimited } from "../testing/script.ts";
import { checker } from "./set.ts";

t.test("an acknowledged element that the final read lacks is lost", async (t) => {
  const ops = script(
    ...done(0, "add", 1),
    ...done(1, "add", 2),
    ...done(0, "read", undefined, [2]),
  );

  const { verdict, anomalies, stats } = checker.check(ops, {}, unlimited);

  t.equal(verdict, "invalid");
  t.match(stats, { acknowledged: 2, lost: 1, stale: 0 });
  t.match(anomalies, [{ kind: "lost-write", key: "k1", operation: 4, related: [0] }]);
});

t.test("a final read may lack an element that a later one has: stale", async (t) => {
  const ops = script(
    ...done(0, "add", 1),
    ...done(0, "read", undefined, []),
    ...done(1, "read", undefined, [1]),
  );

  const { verdict, anomalies, stats } = checker.check(ops, {}, unlimited);

  t.equal(verdict, "invalid");
  t.match(stats, { lost: 0, stale: 1, finalReads: 2 });
  t.match(anomalies, [{ kind: "stale-read", operation: 2, related: [0, 4] }]);
});

t.test("an element that one read lists twice is duplicated", async (t) => {
  const ops = script(
    ...done(0, "add", "x"),
    ...done(0, "add", "y"),
    ...done(0, "read", undefined, ["x", "y", "x", "x"]),
  );

  const { verdict, anomalies, stats } = checker.check(ops, {}, unlimited);

  t.equal(verdict, "invalid");
  t.match(stats, { duplicated: 1 });
  t.match(anomalies, [{ kind: "duplicate", operation: 4, related: [0] }]);
});

t.test("what was appended twice may stand twice, what was added twice may not", async (t) => {
  const reads = (f: string) =>
    script(...done(0, f, 1), ...done(0, f, 1), ...done(0, "read", undefined, [1, 1]));

  t.equal(checker.check(reads("append"), {}, unlimited).verdict, "valid");
  t.equal(checker.check(reads("add"), {}, unlimited).verdict, "invalid");
});

t.test("phantoms: never added, failed, or read before it was asked for", async (t) => {
  const read = done(1, "read", undefined, [1, 7]);
  const cases = {
    "never added": script(...done(0, "add", 1), ...read),
    failed: script(...done(0, "add", 1), ...failed(0, "add", 7, "refused"), ...read),
    "added later": script(...done(0, "add", 1), ...read, ...lost(0, "add", 7)),
    "other type": script(...done(0, "add", 1), ...done(0, "add", "7"), ...read),
  };
  for (const [name, ops] of Object.entries(cases)) {
    const { verdict, anomalies, stats } = checker.check(ops, {}, unlimited);
    t.equal(verdict, "invalid", name);
    t.match(stats, { phantom: 1 }, name);
    t.equal(anomalies[0]?.kind, "phantom", name);
  }
});

t.test("an add of unknown outcome accuses nobody, there or not", async (t) => {
  const ops = script(
    ...lost(0, "add", 1),
    ...lost(1, "add", 2),
    ...done(2, "add", 3),
    ...done(3, "read", undefined, [3, 2]),
  );

  const { verdict, stats } = checker.check(ops, {}, unlimited);

  t.equal(verdict, "valid");
  t.match(stats, { attempts: 3, acknowledged: 1, recovered: 1, judged: 1 });
});

t.test(
  "without a read after all adds the last read counts, and only what was known by then",
  async (t) => {
    const concurrent = script(
      [0, "invoke", "add", 1],
      [1, "invoke", "read"],
      [0, "ok", "add"],
      [1, "ok", "read", []],
    );
    const before = script(
      ...done(0, "add", 1),
      ...done(1, "read", undefined, []),
      ...done(0, "add", 2),
    );

    t.match(checker.check(concurrent, {}, unlimited).verdict, "vacuous");
    t.match(checker.check(before, {}, unlimited), { verdict: "invalid", stats: { lost: 1 } });
  },
);

t.test("vacuous: no read, no acknowledged add, or another kind of history", async (t) => {
  const cases = {
    "no read": script(...done(0, "add", 1)),
    "no add": script(...done(0, "read", undefined, [])),
    "no acknowledged add": script(...lost(0, "add", 1), ...done(1, "read", undefined, [])),
    register: script(...done(0, "write", 1), ...done(0, "read", undefined, 1)),
  };
  for (const [name, ops] of Object.entries(cases)) {
    t.equal(checker.check(ops, {}, unlimited).verdict, "vacuous", name);
  }
});

t.test("keys are sets of their own", async (t) => {
  const ops = script(
    ...done(0, "add", 1),
    ...done(0, "add", 1),
    ...done(0, "read", undefined, [1]),
  );
  const other = ops.map((op) => (op.index < 2 ? { ...op, key: "k2" } : op));

  t.match(checker.check(other, {}, unlimited), { verdict: "valid", stats: { judged: 1 } });
});

t.test("a read that is no list is an error of the history", async (t) => {
  const ops = script(...done(0, "add", 1), ...done(0, "read", undefined, "1"));
  t.throws(() => checker.check(ops, {}, unlimited), { code: "E_HISTORY", details: { index: 2 } });
});
