import fc from "fast-check";
import t from "tap";
import { coreScale, placeOn } from "./core-scale.ts";

const ms = 1e6;

t.test("operations close together are drawn on one linear axis", async (t) => {
  const stretches = coreScale([
    { from: 0, to: 10 * ms },
    { from: 20 * ms, to: 30 * ms },
  ]);
  t.equal(stretches.length, 1);
  t.equal(Math.round(placeOn(stretches, 15 * ms) * 100), 50);
});

t.test("a long gap is cut short, and both sides can be seen", async (t) => {
  const stretches = coreScale([
    { from: 0, to: 2 * ms },
    { from: 60_000 * ms, to: 60_004 * ms },
  ]);
  t.same(
    stretches.map(({ isGap }) => isGap),
    [false, true, false],
  );
  const width = placeOn(stretches, 2 * ms) - placeOn(stretches, 0);
  t.ok(width > 0.2, "two milliseconds of a minute are a fifth of the axis");
});

t.test("property: the stretches fill the axis, and later is never further left", async () => {
  const moment = fc.integer({ min: 0, max: 1e11 });
  const interval = fc.tuple(moment, moment).map(([a, b]) => {
    return { from: Math.min(a, b), to: Math.max(a, b) };
  });
  fc.assert(
    fc.property(fc.array(interval, { minLength: 1, maxLength: 8 }), (intervals) => {
      const stretches = coreScale(intervals);
      const width = stretches.reduce((sum, one) => sum + one.width, 0);
      const moments = intervals.flatMap(({ from, to }) => [from, to]).sort((a, b) => a - b);
      const places = moments.map((at) => placeOn(stretches, at));
      return (
        Math.abs(width - 1) < 1e-9 &&
        places.every((place, i) => place >= (places[i - 1] ?? 0) - 1e-9 && place <= 1 + 1e-9)
      );
    }),
  );
});
