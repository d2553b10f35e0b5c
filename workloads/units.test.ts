import fc from "fast-check";
import t from "tap";
import {
  formatDuration,
  formatDurationRange,
  parseDurationMs,
  parseDurationRange,
  parseParameter,
  parseRate,
} from "./units.ts";

t.test("durations are milliseconds, whatever their unit", async (t) => {
  const cases = { "500ms": 500, "60s": 60_000, "2m": 120_000, "8h": 28_800_000, "0.5s": 500 };
  for (const [text, ms] of Object.entries(cases)) t.equal(parseDurationMs(text), ms, text);
  t.equal(parseRate("400/s"), 400);
});

t.test("a formatted duration or range is parsed to itself", async () => {
  const ms = fc.nat(10_000_000);
  fc.assert(fc.property(ms, (ms) => parseDurationMs(formatDuration(ms)) === ms));
  fc.assert(
    fc.property(ms, ms, (from, to) => {
      const range = parseDurationRange(formatDurationRange({ from, to }));
      return range.from === from && range.to === to;
    }),
  );
});

t.test("parameters of faults: quantities become numbers, all else stays", async (t) => {
  const cases = [
    ["5s", 5000],
    ["-90s..90s", { from: -90_000, to: 90_000 }],
    ["0.5..2", { from: 0.5, to: 2 }],
    ["10%", 100],
    ["5%..20%", { from: 50, to: 200 }],
    [
      ["1s", "2s..3s"],
      [1000, { from: 2000, to: 3000 }],
    ],
    ["leader", "leader"],
    ["one-way", "one-way"],
    [[["n1", "n2"]], [["n1", "n2"]]],
    [1.5, 1.5],
    ["7", "7"],
  ] as const;
  for (const [written, value] of cases) {
    t.same(parseParameter(written), value, JSON.stringify(written));
  }
});
