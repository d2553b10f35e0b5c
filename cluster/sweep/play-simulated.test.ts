import t from "tap";
import { loadWorkload } from "../../workloads/load.ts";
import type { Workload } from "../../workloads/workload.ts";
import { loadRegistries } from "../registry.ts";
import { playSimulated } from "./play-simulated.ts";
import type { Limits } from "./scorecard.ts";

const text = `name: short
subject: raft-kv
duration: DURATION
rate: 50/s
keys: { count: 3 }
operations: [{ f: get }, { f: put, value: unique, version: last-seen }]
nemesis: { faults: [] }
after: { settle: 200ms }
check: [{ checker: linearizable, model: versioned-kv }, { checker: stats, okAtLeast: 1 }]
`;

const registries = await loadRegistries();

function workload(duration: string): Workload {
  return loadWorkload({ file: "w.yaml", text: text.replace("DURATION", duration), registries });
}

function limits(more: Partial<Limits>): Limits {
  const never = new AbortController().signal;
  const onError = (seed: number, error: string): void => {
    t.fail(`seed ${seed}: ${error}`);
  };
  return { budgetSeconds: 60, runsMax: 3, soft: never, hard: never, onError, ...more };
}

const seeds = { first: 4, step: 2 };

t.test("seeds are played as asked", async (t) => {
  const workloads = [workload("1s")];
  const trials = await playSimulated({ workloads, bug: null }, seeds, limits({}));
  t.match(trials, [{ seed: 4, verdict: "valid" }, { seed: 6 }, { seed: 8 }]);
});

t.test("an error of ours is told with its seed, and is no trial", async (t) => {
  const errors: [number, string][] = [];
  // Nothing that loads has such a checker.
  const plain = workload("1s");
  const broken = { ...plain, check: [...plain.check, { checker: "no-such", options: {} }] };
  const trials = await playSimulated(
    { workloads: [broken], bug: null },
    seeds,
    limits({ onError: (seed, error) => errors.push([seed, error]) }),
  );

  t.same(trials, []);
  t.same(
    errors.map(([seed]) => seed),
    [4, 6, 8],
  );
  for (const [, error] of errors) t.match(error, /a loaded workload has no checker no-such/);
});

t.test("a run that has begun can be given up", async (t) => {
  const soft = new AbortController();
  const hard = new AbortController();
  // Hours of virtual time: it does not end within this test.
  const play = playSimulated(
    { workloads: [workload("20h")], bug: null },
    seeds,
    limits({ soft: soft.signal, hard: hard.signal }),
  );
  soft.abort();
  hard.abort();
  t.same(await play, []);
});
