import fc from "fast-check";
import t from "tap";
import { createRng } from "../cluster/env/rng.ts";
import type { NemesisSpec, Range, ScriptStep } from "../workloads/workload.ts";
import { planWindows, type Window } from "./schedule.ts";

const range = (max: number): fc.Arbitrary<Range> =>
  fc
    .tuple(fc.integer({ min: 1, max }), fc.integer({ min: 0, max }))
    .map(([from, more]) => ({ from, to: from + more }));

const specs: fc.Arbitrary<NemesisSpec> = fc.record({
  quiet: fc.record({ firstMs: fc.nat(5000), lastMs: fc.nat(5000) }),
  overlap: fc.boolean(),
  faults: fc.array(
    fc.record({
      fault: fc.constantFrom("kill", "pause"),
      everyMs: range(9000).map(({ from, to }) => ({ from: from + 500, to: to + 500 })),
      forMs: range(4000),
      parameters: fc.constant({}),
    }),
    { maxLength: 4 },
  ),
});

const times = (windows: readonly Window[]) =>
  windows.map(({ id, fromMs, untilMs }) => ({ id, fromMs, untilMs }));

const plan = (spec: NemesisSpec, seed: number, durationMs = 60_000) =>
  planWindows({ spec, durationMs, rng: createRng(seed) });

t.test("no window reaches into the quiet parts, and all are in order", async () => {
  const property = fc.property(specs, fc.nat(), (spec, seed) => {
    const windows = plan(spec, seed);
    return windows.every(
      ({ fromMs, untilMs }, at) =>
        fromMs >= spec.quiet.firstMs &&
        fromMs <= untilMs &&
        untilMs <= 60_000 - spec.quiet.lastMs &&
        fromMs >= (windows[at - 1]?.fromMs ?? 0),
    );
  });
  fc.assert(property);
});

t.test("without overlap no two windows share a moment", async () => {
  const property = fc.property(specs, fc.nat(), (spec, seed) => {
    const windows = plan({ ...spec, overlap: false }, seed);
    return windows.every(({ fromMs }, at) => fromMs >= (windows[at - 1]?.untilMs ?? 0));
  });
  fc.assert(property);
});

t.test("instances of one entry come one after another, in their period and length", async () => {
  const property = fc.property(specs, fc.nat(), (spec, seed) => {
    const [entry] = spec.faults;
    if (entry === undefined) return true;
    const windows = plan({ ...spec, overlap: true, faults: [entry] }, seed);
    return windows.every(({ fromMs, untilMs }, at) => {
      const before = windows[at - 1];
      const lengthMs = untilMs - fromMs;
      const isClipped = untilMs === 60_000 - spec.quiet.lastMs;
      return (
        lengthMs <= entry.forMs.to &&
        (lengthMs >= entry.forMs.from || isClipped) &&
        (before === undefined ||
          (fromMs >= before.untilMs && fromMs - before.fromMs >= (entry.everyMs?.from ?? 0)))
      );
    });
  });
  fc.assert(property);
});

t.test("every entry that fits comes at least once", async (t) => {
  const forMs = { from: 2000, to: 5000 };
  const everyMs = { from: 90_000, to: 90_000 };
  for (let seed = 0; seed < 100; seed++) {
    const faults = [
      { fault: "kill", forMs, everyMs, parameters: {} },
      { fault: "pause", forMs, parameters: {} },
    ];
    const quiet = { firstMs: 3000, lastMs: 5000 };
    const windows = plan({ quiet, overlap: true, faults }, seed, 20_000);
    t.same(windows.map(({ id }) => id).sort(), ["kill-1", "pause-1"]);
  }
});

t.test("an instance longer than the run lasts from one quiet part to the other", async (t) => {
  const forMs = { from: 60_000, to: 90_000 };
  const faults = [{ fault: "kill", forMs, parameters: {} }];
  const quiet = { firstMs: 1000, lastMs: 2000 };
  t.match(plan({ quiet, overlap: false, faults }, 1, 20_000), [{ fromMs: 1000, untilMs: 18_000 }]);
  t.same(plan({ quiet, overlap: false, faults: [] }, 1, 20_000), []);
});

t.test("the same seed gives the same plan, another entry does not move it", async (t) => {
  const entry = (fault: string) => ({
    fault,
    everyMs: { from: 1000, to: 9000 },
    forMs: { from: 500, to: 900 },
    parameters: {},
  });
  const quiet = { firstMs: 0, lastMs: 0 };
  const alone = plan({ quiet, overlap: true, faults: [entry("kill")] }, 7);
  const together = plan({ quiet, overlap: true, faults: [entry("kill"), entry("pause")] }, 7);

  t.same(times(alone), times(plan({ quiet, overlap: true, faults: [entry("kill")] }, 7)));
  t.same(times(together.filter(({ fault }) => fault === "kill")), times(alone));
  t.notSame(times(plan({ quiet, overlap: true, faults: [entry("kill")] }, 8)), times(alone));
});

t.test("a script is played as it stands", async (t) => {
  const instance = { targets: ["n1"], detail: { shape: "isolate" }, effect: { down: ["n1"] } };
  const script: ScriptStep[] = [
    { atMs: 4000, action: "inject", id: "p1", fault: "pause", instance },
    { atMs: 2000, action: "inject", id: "k1", fault: "kill", instance },
    { atMs: 9000, action: "heal", id: "p1" },
  ];
  const spec = { quiet: { firstMs: 5000, lastMs: 5000 }, overlap: false, faults: [], script };
  t.match(plan(spec, 1), [
    { id: "k1", fault: "kill", fromMs: 2000, untilMs: 60_000, what: { kind: "play", instance } },
    { id: "p1", fault: "pause", fromMs: 4000, untilMs: 9000, what: { kind: "play", instance } },
  ]);
});

t.test("a script step that says too little is refused", async (t) => {
  const spec = (step: ScriptStep): NemesisSpec => ({
    quiet: { firstMs: 0, lastMs: 0 },
    overlap: true,
    faults: [],
    script: [step],
  });
  const inject = { atMs: 1, action: "inject", id: "p1" } as const;
  t.throws(() => plan(spec(inject), 1), /p1 takes a fault and an instance/);
  t.throws(
    () => plan(spec({ ...inject, fault: "pause", instance: { detail: {} } }), 1),
    /p1 takes a list of targets/,
  );
});
