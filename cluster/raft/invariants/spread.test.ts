import t from "tap";
import { Spread } from "./spread.ts";

function spreadOf(count: number, max: number): readonly number[] {
  const spread = new Spread<number>(max);
  for (let one = 0; one < count; one++) spread.add(one);
  return spread.kept();
}

t.test("a short sequence is kept whole, a long one at even distances from its first", async (t) => {
  t.same(spreadOf(4, 4), [0, 1, 2, 3]);
  t.same(spreadOf(5, 4), [0, 2, 4]);
  t.same(spreadOf(9, 4), [0, 4, 8]);
  for (let count = 1; count < 200; count++) {
    const kept = spreadOf(count, 8);
    const [first, second = count] = kept;
    t.equal(first, 0);
    t.ok(kept.length <= 8 && kept.length * (second || 1) * 2 >= count, `${count}: ${kept}`);
    t.ok(
      kept.every((one, place) => one === place * second),
      `${count}: ${kept}`,
    );
  }
});
