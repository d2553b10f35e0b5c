import t from "tap";
import { formatClockFile } from "./clock-file.ts";

t.test("what libfaketime computes from the file is the lie that was asked for", async (t) => {
  const startedAtMs = 1_000_000;
  const cases = [
    { name: "true", offsetMs: 0, rate: 1, sinceMs: 1_060_000 },
    { name: "behind", offsetMs: -90_000, rate: 1, sinceMs: 1_060_000 },
    { name: "ahead and fast", offsetMs: 1_500, rate: 2, sinceMs: 1_060_000 },
    { name: "behind and slow", offsetMs: -250, rate: 0.5, sinceMs: 1_060_000 },
    { name: "told before this process started", offsetMs: 100, rate: 1.5, sinceMs: 940_000 },
  ];
  for (const { name, ...lie } of cases) {
    const match = /^([+-]\d+\.\d{6}) x([\d.]+)\n$/.exec(formatClockFile(lie, startedAtMs));
    const [offsetSeconds = Number.NaN, rate = Number.NaN] = (match ?? []).slice(1).map(Number);
    for (const nowMs of [lie.sinceMs, lie.sinceMs + 10_000]) {
      const shownMs = startedAtMs + offsetSeconds * 1000 + (nowMs - startedAtMs) * rate;
      const wantedMs = nowMs + lie.offsetMs + (nowMs - lie.sinceMs) * (lie.rate - 1);
      t.ok(Math.abs(shownMs - wantedMs) < 0.01, `${name}: ${shownMs} is ${wantedMs}`);
    }
  }
});
