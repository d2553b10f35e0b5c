import t from "tap";
import { done, lost, script, unlimited } from "../testing/script.ts";
import { checker } from "./unique-ids.ts";

const generate = (process: number, id: unknown) => done(process, "generate", undefined, id);

t.test("an id that was given before is a duplicate, and names who had it", async (t) => {
  const ops = script(...generate(0, 5), ...generate(1, 7), ...generate(2, 5), ...generate(3, 5));

  const { verdict, anomalies, stats } = checker.check(ops, {}, unlimited);

  t.equal(verdict, "invalid");
  t.match(stats, { attempts: 4, acknowledged: 4, duplicates: 2, range: [5, 7] });
  t.match(anomalies, [
    { kind: "duplicate", operation: 4, related: [0] },
    { kind: "duplicate", operation: 6, related: [0] },
  ]);
});

t.test("ids are equal iff their JSON is, whatever their type", async (t) => {
  const different = script(...generate(0, 1), ...generate(0, "1"), ...generate(0, { a: 1, b: 2 }));
  const same = script(...generate(0, { a: 1, b: 2 }), ...generate(0, { b: 2, a: 1 }));

  t.match(checker.check(different, {}, unlimited), { verdict: "valid", stats: { range: null } });
  t.equal(checker.check(same, {}, unlimited).verdict, "invalid");
});

t.test("the range of ids is the least and the greatest, as numbers or as strings", async (t) => {
  const numbers = script(...generate(0, 9), ...generate(0, 10), ...generate(0, -1));
  const strings = script(...generate(0, "9"), ...generate(0, "10"));

  t.match(checker.check(numbers, {}, unlimited).stats, { range: [-1, 10] });
  t.match(checker.check(strings, {}, unlimited).stats, { range: ["10", "9"] });
});

t.test("each key gives ids of its own", async (t) => {
  const ops = script(...generate(0, 1), ...generate(0, 2), ...generate(1, 1));
  const other = ops.map((op) => (op.index < 4 ? op : { ...op, key: "k2" }));

  t.equal(checker.check(other, {}, unlimited).verdict, "valid");
});

t.test("vacuous with fewer than two ids to compare", async (t) => {
  t.equal(checker.check(script(...generate(0, 1)), {}, unlimited).verdict, "vacuous");
  const unanswered = script(...generate(0, 1), ...lost(1, "generate"));
  t.match(checker.check(unanswered, {}, unlimited), { verdict: "vacuous", stats: { attempts: 2 } });
});
