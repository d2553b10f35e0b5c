import t from "tap";
import { createClock } from "./real-clock.ts";

t.test("now counts from the origin, whatever the wall clock shows", async (t) => {
  const originNs = Number(process.hrtime.bigint());
  const clock = createClock(originNs);

  clock.setLie({ offsetMs: -3_600_000, rate: 10 });
  const now = clock.now();

  t.ok(now >= 0 && now < 60e9, String(now));
});

t.test("a lie moves the wall clock by its offset and runs it at its rate", async (t) => {
  const clock = createClock(0);

  clock.setLie({ offsetMs: -90_000, rate: 2 });
  const [startNs, startMs] = [clock.now(), clock.wallMs()];
  t.ok(Math.abs(startMs - (Date.now() - 90_000)) < 5_000);
  await new Promise((resolve) => setTimeout(resolve, 30));
  const wentMs = clock.wallMs() - startMs;
  const passedMs = (clock.now() - startNs) / 1e6;

  t.ok(wentMs > 1.5 * 30 && wentMs <= 2 * passedMs + 1, `${wentMs} of ${passedMs}`);
  clock.setLie({ offsetMs: 0, rate: 1 });
  t.ok(Math.abs(clock.wallMs() - Date.now()) < 5_000, "and back to the truth");
});

t.test("a timer never fires early, fractions included", async (t) => {
  const clock = createClock(0);
  const early: number[] = [];

  const waits = [0, 0.3, 1, 1.5, 2.7, 10.4].map(
    (delayMs) =>
      new Promise<void>((resolve) => {
        const startNs = clock.now();
        clock.setTimer(delayMs, () => {
          if (clock.now() - startNs < delayMs * 1e6) early.push(delayMs);
          resolve();
        });
      }),
  );
  await Promise.all(waits);

  t.same(early, []);
});

t.test("a cancelled timer never fires", async (t) => {
  const clock = createClock(0);
  let isFired = false;

  clock
    .setTimer(1, () => {
      isFired = true;
    })
    .cancel();
  await new Promise<void>((resolve) => clock.setTimer(10, resolve));

  t.equal(isFired, false);
});
