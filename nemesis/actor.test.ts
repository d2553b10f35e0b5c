import t from "tap";
import type { ScriptStep } from "../workloads/workload.ts";
import type { Effect, Fault } from "./fault.ts";
import { isolate } from "./grudge.ts";
import { type FaultRecord, faultRecords } from "./record.ts";
import { resolvedScript } from "./script.ts";
import { begin, entry, everything, faults, nodes } from "./testing/begin.ts";

/** Raft does not survive it, so that it is skipped within what it must survive. */
const beyond = new Set(["wipe"]);

t.test("every kind takes an effect that is seen, and nothing is left at the end", async (t) => {
  for (let seed = 0; seed < 10; seed++) {
    const run = begin({ faults: everything }, { seed, durationMs: 120_000 });
    const records = run.finish();

    for (const kind of [...faults.keys()].filter((kind) => !beyond.has(kind))) {
      const own = records.filter(({ fault }) => fault === kind);
      t.ok(
        own.some(({ effective }) => effective === true),
        `seed ${seed}: ${kind}`,
      );
    }
    const left = records.filter(({ healed, skipped }) => healed !== true && skipped === null);
    t.same(
      left.map(({ id, evidence }) => `${id} ${evidence}`),
      [],
      `seed ${seed}: all healed`,
    );
    t.ok(run.cluster.isWhole(), `seed ${seed}: whole`);
  }
});

t.test("the same seed gives the same lines", async (t) => {
  const [one, other] = [5, 5].map((seed) => {
    const run = begin({ faults: everything }, { seed });
    run.finish();
    return run.lines;
  });
  t.same(one, other);
  t.ok((one?.length ?? 0) > 20);
});

t.test("stop heals everything at any moment, and calls back every caller", async (t) => {
  for (let stopMs = 0; stopMs < 20_000; stopMs += 331) {
    const run = begin({ faults: everything }, { seed: stopMs });
    const calls: string[] = [];
    run.cluster.clock.run(stopMs);

    run.nemesis.stop(() => calls.push("first"));
    run.nemesis.stop(() => calls.push("second"));
    run.cluster.clock.run(60_000);
    run.nemesis.stop(() => calls.push("third"));

    t.same(calls, ["first", "second", "third"], `stopped at ${stopMs} ms`);
    t.ok(run.cluster.isWhole(), `stopped at ${stopMs} ms: whole`);
    const callCount = run.cluster.calls.length;
    run.cluster.clock.run(60_000);
    t.equal(run.cluster.calls.length, callCount, "nothing happens afterwards");
  }
});

t.test(
  "a majority is lost when an inject begins and regained when the heal is complete",
  async (t) => {
    const run = begin({ faults: [entry("kill", { nodes: "majority" }, [15_000, 3000])] });
    run.finish();

    const lines = run.lines.map(({ f, value }) =>
      f === "quorum" ? `${f} ${value["majority"]}` : f,
    );
    const once = ["inject", "quorum false", "injected", "heal", "healed", "quorum true", "judge"];
    t.same(lines, [...once, ...once].slice(0, lines.length));
    t.ok(lines.length >= once.length);
  },
);

t.test(
  "a window without a target is tried until its end, then skipped with a reason",
  async (t) => {
    const run = begin(
      {
        faults: [
          entry("kill", { nodes: "all" }, [1, 26_000]),
          entry("pause", { nodes: "leader" }, [5000, 3000]),
        ],
      },
      { seed: 4 },
    );
    const records = run.finish();
    const skipped = records.filter(({ skipped }) => skipped !== null);
    t.ok(skipped.length >= 3);
    for (const record of skipped) {
      t.match(record, { fault: "pause", skipped: "no leader known", injectedAt: null });
    }
  },
);

t.test("a target that appears within the window is taken", async (t) => {
  const found = [];
  for (let seed = 0; seed < 20; seed++) {
    const run = begin(
      {
        faults: [
          entry("kill", { nodes: "all" }, [20_000, 3000]),
          entry("pause", { nodes: "leader" }, [20_000, 9000]),
        ],
      },
      { seed },
    );
    const records = run.finish();
    found.push(...records.filter(({ fault, effective }) => fault === "pause" && effective));
  }
  t.ok(found.length >= 15, `${found.length} of 20`);
});

t.test("without overlap one instance is finished before the next begins", async (t) => {
  const run = begin({ faults: everything, overlap: false }, { durationMs: 60_000, seed: 3 });
  const records = run.finish();

  t.ok(records.filter(({ effective }) => effective).length >= 5);
  let active = 0;
  for (const { f } of run.lines) {
    if (f === "inject") active += 1;
    if (f === "judge") active -= 1;
    t.ok(active <= 1);
  }
});

t.test("a failed inject is healed and recorded", async (t) => {
  const run = begin({ faults: [entry("pause", { nodes: "minority" }, [30_000, 3000])] });
  let pauseCount = 0;
  run.cluster.failing = (call) => {
    if (!call.startsWith("pause")) return null;
    pauseCount += 1;
    return pauseCount === 2 ? new Error("engine says no") : null;
  };
  const [record] = run.finish();
  t.match(record, { effective: false, healed: true, evidence: /engine says no/ });
  t.ok(run.cluster.isWhole());
});

t.test("a heal that fails for a while is tried again", async (t) => {
  const run = begin({ faults: [entry("pause", { nodes: "leader" }, [30_000, 3000])] });
  let failures = 0;
  run.cluster.failing = (call) =>
    call.startsWith("resume") && failures++ < 4 ? new Error("busy") : null;
  const [record] = run.finish();
  t.match(record, { effective: true, healed: true });
});

t.test("an effect that outlives its heal is said to", async (t) => {
  const pause = faults.get("pause");
  if (pause === undefined) throw new Error("there is a fault pause");
  const stuck: Fault = { ...pause, heal: (_context, _instance, done) => done(null) };
  const spec = { faults: [entry("pause", { nodes: "leader" }, [60_000, 3000])] };
  const [record] = begin(spec, { known: new Map([["pause", stuck]]) }).finish();
  t.match(record, { effective: true, healed: false });
});

t.test("stop does not wait for the end of a window", async (t) => {
  const run = begin({ faults: [entry("pause", { nodes: "leader" }, [1, 26_000])] });
  run.cluster.clock.run(4000);
  let isDone = false;
  run.nemesis.stop(() => {
    isDone = true;
  });
  run.cluster.clock.run(2000);
  t.ok(isDone);
  t.match(faultRecords(run.lines), [{ effective: true, healed: true }]);
});

const isolated = { cut: isolate(nodes, "n1") };

/** A script of two instances: from, until, and what it does. */
function scriptOf(steps: readonly (readonly [string, number, number, Effect])[]): ScriptStep[] {
  return steps.flatMap(([fault, fromMs, untilMs, effect], at): ScriptStep[] => {
    const id = `${fault}-${at + 1}`;
    const instance = { targets: ["n1"], detail: {}, effect } as NonNullable<ScriptStep["instance"]>;
    return [
      { atMs: fromMs, action: "inject", id, fault, instance },
      { atMs: untilMs, action: "heal", id },
    ];
  });
}

t.test("a heal is not called failed while another fault hides what is left", async (t) => {
  const script = scriptOf([
    ["partition", 2000, 6000, isolated],
    ["kill", 4000, 25_000, { down: ["n1"] }],
  ]);
  const records = begin({ script }).finish();
  t.match(records, [
    { id: "partition-1", effective: true, healed: true },
    { id: "kill-2", effective: true, healed: true },
  ]);
});

t.test("a link that another partition holds is that one's affair", async (t) => {
  const script = scriptOf([
    ["partition", 2000, 9000, isolated],
    ["partition", 4000, 25_000, { cut: [...isolated.cut, { from: "n2", to: "n3" }] }],
  ]);
  const run = begin({ script });
  run.cluster.clock.run(11_000);
  t.match(faultRecords(run.lines), [{ healed: true }, { healed: null }]);
  t.match(run.finish(), [
    { effective: true, healed: true },
    { effective: true, healed: true },
  ]);
});

t.test("what happened can be played again exactly", async (t) => {
  const first = begin({ faults: everything }, { seed: 8 });
  const happened = first.finish();
  const script = resolvedScript(first.nemesis.records());

  const second = begin({ script }, { seed: 9 });
  const replayed = second.finish();

  const done = ({ targets, detail, effect, id }: FaultRecord) => ({ targets, detail, effect, id });
  const injected = happened.filter(({ injectedAt }) => injectedAt !== null);
  // The look before takes its time again, and not the same for every fault.
  const byId = (a: FaultRecord, b: FaultRecord): number => (a.id < b.id ? -1 : 1);
  t.same(replayed.sort(byId).map(done), injected.sort(byId).map(done));
  t.ok(second.cluster.isWhole());
});

t.test("a clock that jumps there and back is seen, and stays true after heal", async (t) => {
  const parameters = { nodes: "leader", offset: 60_000, strobe: { from: 200, to: 400 } };
  const run = begin({ faults: [entry("clock", parameters, [10_000, 5000])] });
  const records = run.finish();

  t.ok(records.length > 1);
  t.ok(records.every(({ effective, healed }) => effective === true && healed === true));
  const sets = run.cluster.calls.filter((call) => call.startsWith("setClock")).length;
  t.ok(sets > 10 * records.length, `${sets} jumps`);
  t.ok(run.cluster.isWhole());
});
