import t from "tap";
import { done, failed, lost, script, unlimited } from "../testing/script.ts";
import { checker } from "./counter.ts";

const read = (process: number, value: unknown) => done(process, "read", undefined, value);

t.test("a read lies between what was acknowledged and what was possible", async (t) => {
  // 5 acknowledged; 3 and -2 may have happened.
  const before = [...done(0, "add", 5), ...lost(1, "add", 3), ...lost(2, "add", -2)];
  for (const [value, verdict] of [
    [2, "invalid"],
    [3, "valid"],
    [5, "valid"],
    [8, "valid"],
    [9, "invalid"],
  ] as const) {
    const result = checker.check(script(...before, ...read(3, value)), {}, unlimited);
    t.equal(result.verdict, verdict, `read ${value}`);
    if (verdict === "valid") continue;
    const expected = /^3 to 8: 5 was acknowledged/;
    t.match(result.anomalies, [{ kind: "wrong-count", operation: 6, related: [0], expected }]);
  }
});

t.test("an add that failed did nothing, one in flight may have happened", async (t) => {
  const failedAdd = script(...done(0, "add", 1), ...failed(0, "add", 4, "refused"), ...read(1, 5));
  const beside = (value: number) =>
    script(
      ...done(0, "add", 1),
      [0, "invoke", "add", 4],
      [1, "invoke", "read"],
      [0, "ok", "add"],
      [1, "ok", "read", value],
    );
  t.equal(checker.check(failedAdd, {}, unlimited).verdict, "invalid");
  t.equal(checker.check(beside(1), {}, unlimited).verdict, "valid");
  t.equal(checker.check(beside(5), {}, unlimited).verdict, "valid");
});

t.test("a later read lies within bounds of an earlier one", async (t) => {
  const ops = (second: number) =>
    script(
      ...done(3, "add", 0),
      ...lost(0, "add", 10),
      ...lost(1, "add", -4),
      ...read(2, 10),
      ...read(2, second),
    );
  t.equal(checker.check(ops(6), {}, unlimited).verdict, "valid", "-4 happened between them");
  const { verdict, anomalies } = checker.check(
    script(...done(9, "add", 0), ...lost(0, "add", 10), ...read(2, 10), ...read(2, 0)),
    {},
    unlimited,
  );
  t.equal(verdict, "invalid", "the counter went back");
  t.match(anomalies, [{ operation: 6, related: [4] }]);
});

t.test("what was taken away before a read does not come back after it", async (t) => {
  const ops = (second: number) =>
    script(...done(0, "add", 10), ...lost(1, "add", -4), ...read(2, 6), ...read(2, second));
  t.equal(checker.check(ops(6), {}, unlimited).verdict, "valid");
  t.match(checker.check(ops(10), {}, unlimited), {
    verdict: "invalid",
    anomalies: [{ operation: 6, related: [4] }],
  });
});

t.test("what was acknowledged between two reads must show in the second", async (t) => {
  const ops = (second: number) =>
    script(...lost(0, "add", 8), ...read(2, 8), ...done(3, "add", 2), ...read(2, second));
  t.equal(checker.check(ops(8), {}, unlimited).verdict, "invalid");
  t.equal(checker.check(ops(10), {}, unlimited).verdict, "valid");
});

t.test("no choice among adds of 5 comes to 7", async (t) => {
  const ops = script(...done(0, "add", 5), ...lost(1, "add", 5), ...read(2, 7));
  t.match(checker.check(ops, {}, unlimited), {
    verdict: "invalid",
    anomalies: [{ expected: /multiple of 5/ }],
  });
});

t.test(
  "vacuous without a read after an acknowledged add; an answer that is no integer is an error",
  async (t) => {
    const cases = {
      "no read": script(...done(0, "add", 1)),
      "read first": script(...read(0, 0), ...done(0, "add", 1)),
      register: script(...done(0, "write", "a"), ...read(0, "a")),
    };
    for (const [name, ops] of Object.entries(cases)) {
      t.equal(checker.check(ops, {}, unlimited).verdict, "vacuous", name);
    }
    for (const ops of [
      script(...done(0, "add", 1.5)),
      script(...done(0, "add", 1), ...read(0, "1")),
    ]) {
      t.throws(() => checker.check(ops, {}, unlimited), { code: "E_HISTORY" });
    }
  },
);

t.test("the bounds told are possible ones", async (t) => {
  const ops = script(...done(0, "add", 1), ...lost(1, "add", 2), ...read(2, 3), ...read(2, 1));
  const { anomalies } = checker.check(ops, {}, unlimited);
  t.match(anomalies, [{ expected: /^3 after a read before/ }]);
});
