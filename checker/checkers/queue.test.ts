import t from "tap";
import type { Op } from "../history.ts";
import { drainingHistory } from "../testing/draining.ts";
import { createRandom, type Random } from "../testing/random.ts";
import { done, failed, lost, script, unlimited } from "../testing/script.ts";
import { checker } from "./queue.ts";

const enqueue = (process: number, value: unknown) => done(process, "enqueue", value);
const dequeue = (process: number, value: unknown) => done(process, "dequeue", undefined, value);
const drain = (process: number, list: unknown) => done(process, "drain", undefined, list);
const empty = (process: number) => failed(process, "dequeue", undefined, "empty");
const atLeastOnce = { delivery: "at-least-once" };

t.test("what comes out as it went in is valid", async (t) => {
  const ops = script(
    ...enqueue(0, "a"),
    ...enqueue(0, "b"),
    ...dequeue(1, "a"),
    ...enqueue(0, "c"),
    ...drain(1, ["b", "c"]),
    ...empty(1),
  );
  t.match(checker.check(ops, {}, unlimited), {
    verdict: "valid",
    stats: { taken: 3, remaining: 0 },
  });
});

t.test("an acknowledged element that nobody took before the queue was empty is lost", async (t) => {
  const start = [...enqueue(0, "a"), ...enqueue(0, "b"), ...dequeue(1, "a")];
  const drained = checker.check(script(...start, ...drain(1, [])), {}, unlimited);
  const found = checker.check(script(...start, ...empty(1)), {}, unlimited);
  const neither = checker.check(script(...start), {}, unlimited);

  t.match(drained, {
    verdict: "invalid",
    stats: { lost: 1 },
    anomalies: [{ kind: "lost-write", operation: 6, related: [2] }],
  });
  t.match(found, { verdict: "invalid", stats: { lost: 1 } });
  t.match(neither, { verdict: "valid", stats: { lost: 0, remaining: 1 } });
});

t.test("a dequeue of unknown outcome may have taken one element, a drain any number", async (t) => {
  const start = [...enqueue(0, "a"), ...enqueue(0, "b")];
  const one = checker.check(
    script(...start, ...lost(1, "dequeue"), ...drain(2, [])),
    {},
    unlimited,
  );
  const any = checker.check(script(...start, ...lost(1, "drain"), ...drain(2, [])), {}, unlimited);
  const late = checker.check(
    script(...start, ...drain(2, ["a"]), ...lost(1, "dequeue")),
    {},
    unlimited,
  );

  t.match(one, { verdict: "invalid", stats: { lost: 1, unaccounted: 1 } });
  t.match(any, { verdict: "valid", stats: { lost: 0, unaccounted: 2 } });
  t.match(late, { verdict: "invalid", stats: { lost: 1, unaccounted: 0 } });
});

t.test(
  "an element taken twice is duplicated, unless it was enqueued twice or that may be",
  async (t) => {
    const twice = [...dequeue(1, "a"), ...dequeue(2, "a")];
    const once = script(...enqueue(0, "a"), ...twice);
    const again = script(...enqueue(0, "a"), ...lost(3, "enqueue", "a"), ...twice);

    t.match(checker.check(once, {}, unlimited), {
      verdict: "invalid",
      stats: { duplicated: 1 },
      anomalies: [{ kind: "duplicate", operation: 4, related: [0, 2] }],
    });
    t.match(checker.check(once, atLeastOnce, unlimited), {
      verdict: "valid",
      stats: { duplicated: 1 },
    });
    t.equal(checker.check(again, {}, unlimited).verdict, "valid");
    t.match(checker.check(script(...enqueue(0, "a"), ...drain(1, ["a", "a"])), {}, unlimited), {
      stats: { duplicated: 1 },
    });
  },
);

t.test("phantoms: never enqueued, failed, or taken before that", async (t) => {
  const cases = {
    never: script(...dequeue(0, "x")),
    failed: script(...failed(0, "enqueue", "x", "refused"), ...dequeue(0, "x")),
    later: script(...dequeue(0, "x"), ...enqueue(0, "x")),
  };
  for (const [name, ops] of Object.entries(cases)) {
    const { verdict, stats, anomalies } = checker.check(ops, {}, unlimited);
    t.equal(verdict, "invalid", name);
    t.match(stats, { phantom: 1 }, name);
    t.match(anomalies, [{ kind: "phantom" }], name);
  }
});

t.test("what was lost on the way in may come out: recovered", async (t) => {
  const ops = script(...lost(0, "enqueue", "a"), ...dequeue(1, "a"));
  t.match(checker.check(ops, {}, unlimited), { verdict: "valid", stats: { recovered: 1 } });
});

t.test(
  "first in, first out: by dequeues, within a drain, and for what is left behind",
  async (t) => {
    const start = [...enqueue(0, "a"), ...enqueue(0, "b")];
    const cases = {
      dequeues: { ops: script(...start, ...dequeue(1, "b"), ...dequeue(1, "a")), operation: 6 },
      drain: { ops: script(...start, ...drain(1, ["b", "a"])), operation: 4 },
      "left behind": { ops: script(...start, ...dequeue(1, "b")), operation: 4 },
    };
    for (const [name, { ops, operation }] of Object.entries(cases)) {
      const result = checker.check(ops, {}, unlimited);
      t.match(result, { verdict: "invalid", stats: { overtaken: 1 } }, name);
      t.match(result.anomalies, [{ kind: "unordered", operation, related: [0, 2] }], name);
      t.equal(checker.check(ops, { order: "any" }, unlimited).verdict, "valid", name);
    }
  },
);

t.test(
  "no order is known where enqueues or dequeues overlap, or one may have taken the other",
  async (t) => {
    const overlap = script(
      [0, "invoke", "enqueue", "a"],
      [1, "invoke", "enqueue", "b"],
      [0, "ok", "enqueue"],
      [1, "ok", "enqueue"],
      ...dequeue(2, "b"),
      ...dequeue(2, "a"),
    );
    const taken = script(
      ...enqueue(0, "a"),
      ...enqueue(0, "b"),
      ...lost(3, "dequeue"),
      ...dequeue(2, "b"),
    );
    t.equal(checker.check(overlap, {}, unlimited).verdict, "valid");
    t.equal(checker.check(taken, {}, unlimited).verdict, "valid");
  },
);

t.test("a queue found empty while an element was in it all the time hid that", async (t) => {
  const ops = script(...enqueue(0, "a"), ...empty(1), ...dequeue(1, "a"));
  t.match(checker.check(ops, {}, unlimited), {
    verdict: "invalid",
    stats: { hidden: 1 },
    anomalies: [{ kind: "stale-read", operation: 2, related: [0, 4] }],
  });
  t.match(checker.check(ops, atLeastOnce, unlimited), { verdict: "valid", stats: { hidden: 1 } });
});

t.test("vacuous when nothing was taken", async (t) => {
  t.equal(checker.check(script(...enqueue(0, "a")), {}, unlimited).verdict, "vacuous");
  t.equal(checker.check(script(...empty(0)), {}, unlimited).verdict, "vacuous");
});

/** Forgets one element that was taken, as if the queue had lost it, or has it taken twice. */
function spoil(ops: readonly Op[], isLoss: boolean, random: Random): Op[] {
  const drains = ops.filter(
    ({ f, type, value }) => f === "drain" && type === "ok" && (value as unknown[]).length > 1,
  );
  if (drains.length === 0) return [];
  const drain = random.pick(drains);
  const [first, ...rest] = drain.value as unknown[];
  const value = isLoss ? rest : [first, first, ...rest];
  return ops.map((op) => (op === drain ? { ...drain, value } : op));
}

t.test(
  "a correct queue is never accused, whatever is lost and however a drain overlaps",
  async (t) => {
    const random = createRandom(3);
    const found = { lost: 0, duplicated: 0 };
    let spoiltCount = 0;
    for (let round = 0; round < 400; round++) {
      const ops = drainingHistory(10 + random.below(50), random);
      const { verdict, summary } = checker.check(ops, {}, unlimited);
      if (verdict === "invalid")
        t.fail(`${summary}\n${ops.map((op) => JSON.stringify(op)).join("\n")}`);
      const [withLoss, withTwice] = [spoil(ops, true, random), spoil(ops, false, random)];
      if (withLoss.length === 0) continue;
      spoiltCount++;
      if (checker.check(withLoss, {}, unlimited).verdict === "invalid") found.lost++;
      if (checker.check(withTwice, {}, unlimited).verdict === "invalid") found.duplicated++;
    }
    t.ok(spoiltCount > 100, `${spoiltCount} histories were spoilt`);
    t.equal(found.duplicated, spoiltCount);
    // A lost dequeue may have taken what is missing.
    t.ok(found.lost > spoiltCount / 4, `${found.lost} of ${spoiltCount} losses are proven`);
  },
);
