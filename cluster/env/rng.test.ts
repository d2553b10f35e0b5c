import fc from "fast-check";
import t from "tap";
import { createRng } from "./rng.ts";

t.test("a seed means the same for ever: every recorded run depends on it", async (t) => {
  const rng = createRng(7);
  t.same([rng.uint32(), rng.uint32(), rng.int(1, 6)], [1645454168, 2778904868, 3]);
});

t.test("a fork depends on seed and label only, not on what was drawn before", async (t) => {
  const fresh = createRng(7);
  const drawn = createRng(7);
  drawn.uint32();

  t.equal(fresh.fork("nemesis").uint32(), drawn.fork("nemesis").uint32());
  t.not(fresh.fork("nemesis").uint32(), fresh.fork("workload").uint32());
  t.not(fresh.fork("a").fork("b").uint32(), fresh.fork("b").fork("a").uint32());
});

t.test("draws stay in their range, both ends included", async () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer(), fc.nat(2 ** 31), (seed, from, span) => {
      const value = createRng(seed).int(from, from + span);
      return Number.isInteger(value) && value >= from && value <= from + span;
    }),
  );
});

t.test("draws are about uniform", async (t) => {
  const rng = createRng("uniform");
  const counts = new Array<number>(10).fill(0);
  for (let draw = 0; draw < 100_000; draw++) {
    const digit = rng.int(0, 9);
    counts[digit] = (counts[digit] ?? 0) + 1;
  }
  for (const count of counts) t.ok(Math.abs(count - 10_000) < 500, String(count));
});

t.test(
  "a shuffle keeps all items, changes nothing it was given, and gives every order",
  async (t) => {
    const rng = createRng(1);
    const items = [1, 2, 3];
    const orders = new Set(Array.from({ length: 200 }, () => rng.shuffle(items).join("")));

    t.same([...orders].sort(), ["123", "132", "213", "231", "312", "321"]);
    t.same(items, [1, 2, 3]);
    t.throws(() => rng.pick([]), RangeError);
    t.throws(() => rng.int(2, 1), RangeError);
  },
);
