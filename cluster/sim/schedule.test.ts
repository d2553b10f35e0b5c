import t from "tap";
import { createRng } from "../env/rng.ts";
import { createSchedule, type SimEvent } from "./schedule.ts";

const event = (fire: () => void): SimEvent => ({ place: -1, fire });

t.test("events fire by their time, then in the order they were added", async (t) => {
  const schedule = createSchedule();
  const rng = createRng(1);
  const fired: [number, number][] = [];
  const expected: [number, number][] = [];
  for (let order = 0; order < 5000; order++) {
    const at = rng.int(0, 500);
    const one = event(() => {
      t.equal(schedule.nowNs, at);
      fired.push([at, order]);
    });
    schedule.add(at, one);
    if (rng.chance(2, 3)) schedule.cancel(one);
    else expected.push([at, order]);
  }
  schedule.runUntil(1000);
  expected.sort(([atOne, orderOne], [atTwo, orderTwo]) => atOne - atTwo || orderOne - orderTwo);
  t.same(fired, expected);
  t.equal(schedule.fired, expected.length);
  t.equal(schedule.nowNs, 1000);
});

t.test(
  "events soon and late, some added by others and some called off, fire in one order",
  async (t) => {
    const schedule = createSchedule();
    const rng = createRng(2);
    const fired: [number, number][] = [];
    const expected: [number, number][] = [];
    let order = 0;
    const add = (): void => {
      if (order === 3000) return;
      const mine = order++;
      // Whole milliseconds: many are due at one time, from far away and from close by.
      const delayNs = rng.int(0, 20) * 1e6;
      const at = schedule.nowNs + delayNs;
      const one = event(() => {
        fired.push([at, mine]);
        add();
        add();
      });
      schedule.add(delayNs, one);
      if (rng.chance(1, 3)) schedule.cancel(one);
      else expected.push([at, mine]);
    };
    for (let count = 0; count < 100; count++) add();
    schedule.runUntil(1e12);
    expected.sort(([atOne, orderOne], [atTwo, orderTwo]) => atOne - atTwo || orderOne - orderTwo);
    t.same(fired, expected);
    t.ok(fired.length > 1500);
  },
);

t.test("a run ends where it is told to, and goes on from there", async (t) => {
  const schedule = createSchedule();
  const fired: number[] = [];
  for (const at of [10, 20, 30, 40])
    schedule.add(
      at,
      event(() => fired.push(at)),
    );
  schedule.runUntil(20);
  t.same([fired, schedule.nowNs], [[10, 20], 20]);
  schedule.runUntil(100, () => fired.length === 3);
  t.same([fired, schedule.nowNs], [[10, 20, 30], 30]);
  schedule.runUntil(100);
  t.same([fired, schedule.nowNs], [[10, 20, 30, 40], 100]);
});

t.test("an event that fired may be added again, and calling it off is nothing", async (t) => {
  const schedule = createSchedule();
  let count = 0;
  const one = event(() => {
    count += 1;
  });
  schedule.add(1, one);
  schedule.runUntil(5);
  schedule.cancel(one);
  schedule.add(1, one);
  schedule.runUntil(10);
  t.equal(count, 2);
  t.throws(() => schedule.add(-1, one), RangeError);
});
