import t from "tap";
import { done, lost, script, unlimited } from "../testing/script.ts";
import { checker } from "./set-full.ts";

t.test("an element that is seen no more is lost, whatever was read before", async (t) => {
  const ops = script(
    ...done(0, "add", 1),
    ...done(0, "read", undefined, [1]),
    ...done(0, "read", undefined, []),
    ...done(0, "read", undefined, []),
  );

  const { verdict, anomalies, stats } = checker.check(ops, {}, unlimited);

  t.equal(verdict, "invalid");
  t.match(stats, { lost: 1, stable: 0 });
  t.match(anomalies, [{ kind: "lost-write", operation: 6, related: [0] }]);
});

t.test(
  "an element that is late to show is stale from when it was known to the last read without it",
  async (t) => {
    const ops = script(
      ...done(0, "add", 1),
      ...done(1, "read", undefined, []),
      ...done(1, "read", undefined, []),
      ...done(1, "read", undefined, [1]),
    );

    const weak = checker.check(ops, {}, unlimited);
    const strict = checker.check(ops, { linearizable: true }, unlimited);

    t.equal(weak.verdict, "valid");
    // Acknowledged at 10 ms; the last read without it was called at 40 ms.
    t.match(weak.stats, { stable: 1, stale: 1, staleMs: { min: 30, p50: 30, max: 30 } });
    t.equal(strict.verdict, "invalid");
    t.match(strict.anomalies, [{ kind: "stale-read", operation: 4, related: [0, 6] }]);
  },
);

t.test("an element of unknown outcome is known from the first read that lists it", async (t) => {
  const seen = script(
    ...lost(0, "add", 1),
    ...done(1, "read", undefined, []),
    ...done(1, "read", undefined, [1]),
    ...done(2, "read", undefined, []),
  );
  const unseen = seen.slice(0, 4);

  t.match(checker.check(seen, {}, unlimited), {
    verdict: "invalid",
    stats: { lost: 1, recovered: 1 },
    anomalies: [{ operation: 6, related: [0, 4] }],
  });
  t.match(checker.check(unseen, {}, unlimited), { verdict: "vacuous", stats: { lost: 0 } });
});

t.test("a read beside the one that lacks it leaves it open which was first", async (t) => {
  const ops = script(
    ...done(0, "add", 1),
    [1, "invoke", "read"],
    [2, "invoke", "read"],
    [2, "ok", "read", []],
    [1, "ok", "read", [1]],
  );
  t.match(checker.check(ops, {}, unlimited), { verdict: "valid", stats: { stale: 1, lost: 0 } });
});

t.test("a read called before the acknowledgement may lack the element", async (t) => {
  const ops = script(
    [0, "invoke", "add", 1],
    [1, "invoke", "read"],
    [0, "ok", "add"],
    [1, "ok", "read", []],
    ...done(2, "read", undefined, [1]),
  );
  const options = { linearizable: true };
  t.match(checker.check(ops, options, unlimited), { verdict: "valid", stats: { stale: 0 } });
});

t.test("every read is looked through for duplicates and phantoms", async (t) => {
  const ops = script(
    ...done(0, "add", 1),
    ...done(1, "read", undefined, [1, 1]),
    ...done(1, "read", undefined, [1, 9]),
    ...done(1, "read", undefined, [1, 1]),
  );
  const { stats, anomalies } = checker.check(ops, {}, unlimited);
  t.match(stats, { duplicated: 1, phantom: 1, lost: 0 });
  t.match(anomalies, [
    { kind: "duplicate", operation: 2, related: [0] },
    { kind: "phantom", operation: 4, related: [] },
  ]);
});

t.test("acknowledged elements that no later read could show are counted, not judged", async (t) => {
  const ops = script(
    ...done(0, "add", 1),
    ...done(1, "read", undefined, [1]),
    ...done(0, "add", 2),
  );
  t.match(checker.check(ops, {}, unlimited), {
    verdict: "valid",
    stats: { neverRead: 1, stable: 1 },
  });
  t.equal(checker.check(ops.slice(0, 2), {}, unlimited).verdict, "vacuous");
});
