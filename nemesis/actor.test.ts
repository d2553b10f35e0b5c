import t from "tap";
import { createRng } from "../cluster/env/rng.ts";
import type { FaultSpec, NemesisSpec, ScriptStep } from "../workloads/workload.ts";
import { type Nemesis, startNemesis } from "./actor.ts";
import type { Effect, Fault, Observation } from "./fault.ts";
import { isolate } from "./grudge.ts";
import { type FaultRecord, faultRecords, type NemesisLine } from "./record.ts";
import { resolvedScript } from "./script.ts";
import { createFakeCluster, type FakeCluster } from "./testing/fake-control.ts";
import { loadFaults } from "./testing/load-faults.ts";
import { createVirtualClock } from "./testing/virtual-clock.ts";

const nodes = ["n1", "n2", "n3", "n4", "n5"];
const faults = await loadFaults();

type Line = NemesisLine & { readonly time: number };
type Run = {
  readonly cluster: FakeCluster;
  readonly nemesis: Nemesis;
  readonly lines: readonly Line[];
  /** Runs to the end of the schedule, stops, and gives what came of it. */
  finish(): FaultRecord[];
};

function entry(
  fault: string,
  parameters: Observation,
  [everyMs, forMs]: readonly [number, number],
): FaultSpec {
  return {
    fault,
    parameters,
    everyMs: { from: everyMs, to: everyMs },
    forMs: { from: forMs, to: forMs },
  };
}

function begin(
  spec: Partial<NemesisSpec>,
  {
    durationMs = 30_000,
    seed = 1,
    known = faults,
  }: {
    readonly durationMs?: number;
    readonly seed?: number;
    readonly known?: ReadonlyMap<string, Fault>;
  } = {},
): Run {
  const clock = createVirtualClock();
  const cluster = createFakeCluster({ nodes, clock, rng: createRng(`${seed}/cluster`) });
  const lines: Line[] = [];
  const nemesis = startNemesis({
    spec: { quiet: { firstMs: 1000, lastMs: 2000 }, overlap: true, faults: [], ...spec },
    durationMs,
    rng: createRng(seed),
    faults: known,
    control: cluster.control,
    clock,
    status: cluster.status,
    order: cluster.order,
    record: (line) => lines.push({ ...line, time: clock.now() }),
    onProgress: () => undefined,
  });
  return {
    cluster,
    nemesis,
    lines,
    finish() {
      let isDone = false;
      clock.run(durationMs);
      nemesis.stop(() => {
        isDone = true;
      });
      clock.run(60_000);
      if (!isDone) throw new Error("stop calls back");
      return faultRecords(lines);
    },
  };
}

const everything: FaultSpec[] = [
  entry(
    "partition",
    { shape: ["isolate-leader", "halves", "bridge", "majorities-ring"] },
    [6000, 4000],
  ),
  entry("kill", { nodes: ["leader", "minority", "all"] }, [7000, 2000]),
  entry("pause", { nodes: "leader" }, [8000, 3000]),
  entry("clock", { nodes: "minority", offset: { from: -90_000, to: 90_000 } }, [9000, 5000]),
  entry("lose-messages", { requests: 200, replies: 200 }, [10_000, 5000]),
  entry("slow-links", { nodes: "leader", delayUpTo: 200 }, [8000, 3000]),
  entry("lossy-links", { nodes: ["random", "all"] }, [9000, 3000]),
  entry("clog", { nodes: ["random", "minority"] }, [11_000, 2000]),
  entry("reset", { nodes: "all" }, [13_000, 3000]),
  entry("disk", { kind: ["slow", "full", "write-errors", "read-errors"] }, [14_000, 2000]),
  entry("power-loss", { nodes: ["random", "all"] }, [15_000, 1000]),
  entry("crash-point", {}, [12_000, 1000]),
  entry("transfer", {}, [10_000, 1000]),
  entry("membership", { nodes: ["leader", "random"] }, [16_000, 3000]),
];
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

t.test("nodes that lost data never come back, and are no more than a minority", async (t) => {
  for (let seed = 0; seed < 20; seed++) {
    const kind = ["rot", "lost-writes", "misdirected-writes"];
    const faults = [
      ...everything,
      entry("disk", { nodes: ["leader", "minority"], kind }, [5000, 2000]),
    ];
    const run = begin({ faults }, { seed, durationMs: 60_000 });
    const records = run.finish();

    const injected = records.filter(({ injectedAt }) => injectedAt !== null);
    const retired = new Set(injected.flatMap(({ effect }) => effect.retired ?? []));
    t.ok(retired.size > 0 && retired.size <= 2, `seed ${seed}: ${[...retired]}`);
    const stuck = injected.filter(({ healed }) => healed !== true);
    t.same(
      stuck.map(({ id, evidence }) => `${id} ${evidence}`),
      [],
      `seed ${seed}: all healed`,
    );

    for (const { id, targets, effect, healedAt, detail } of injected) {
      if (effect.retired === undefined || detail["kind"] === "rot") continue;
      const started = injected.filter(
        (other) =>
          other.id !== id && other.injectedAt !== null && other.injectedAt > (healedAt ?? 0),
      );
      const hit = started.flatMap((other) => other.effect.down ?? []);
      t.notOk(
        targets.some((node) => hit.includes(node)),
        `seed ${seed}: ${id} is left alone`,
      );
    }
  }
});

t.test(
  "a node that will stay away is whole before: its disk is broken without delay",
  async (t) => {
    const parameters = { nodes: "leader", kind: ["lost-writes", "misdirected-writes"] };
    const run = begin({ faults: [entry("disk", parameters, [10_000, 2000])] });
    const lengths = run
      .finish()
      .filter(({ injectedAt }) => injectedAt !== null)
      .map(({ injectedAt, healBeganAt }) => ((healBeganAt ?? 0) - (injectedAt ?? 0)) / 1e6);

    t.ok(lengths.length > 0 && lengths.every((ms) => ms > 1500), `${lengths} ms of 2000`);
  },
);

t.test("beyond the atlas, nodes come back without what they promised", async (t) => {
  const faults = [entry("wipe", { nodes: "majority" }, [10_000, 2000])];
  const within = begin({ faults }).finish();
  t.ok(within.every(({ skipped }) => skipped?.includes("without what it promised")));
  const beyond = begin({ faults, atlas: "beyond" }).finish();
  t.ok(beyond.some(({ effective, healed }) => effective === true && healed === true));
});

t.test("a heal that is an order waits for a cluster that can carry it out", async (t) => {
  const inject = (atMs: number, id: string, instance: Observation): ScriptStep => {
    return { atMs, action: "inject", id, fault: id, instance };
  };
  const down = ["n1", "n2", "n4"];
  const removal = { targets: ["n3"], detail: { as: "removed" }, effect: { away: ["n3"] } };
  const script: ScriptStep[] = [
    inject(1000, "membership", removal),
    inject(2000, "kill", { targets: down, effect: { down } }),
    { atMs: 3000, action: "heal", id: "membership" },
    { atMs: 40_000, action: "heal", id: "kill" },
  ];
  const run = begin({ script }, { durationMs: 50_000 });
  const [membership] = run.finish();

  t.match(membership, { fault: "membership", effective: true, healed: true });
  t.ok((membership?.healedAt ?? 0) > 40e9, "not before there is a majority again");
  t.ok(run.cluster.isWhole());
});
