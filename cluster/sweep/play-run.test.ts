import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { formatOp } from "porcupine-ts";
import t, { type Test } from "tap";
import { loadWorkload } from "../../workloads/load.ts";
import type { NodeProgram } from "../env/program.ts";
import { loadRegistries } from "../registry.ts";
import type { SimPlan } from "../sim/plan.ts";
import type { Driven } from "../testbed.ts";
import { playRun } from "./play-run.ts";
import { loadPlan } from "./sweep.ts";

const text = `name: short
subject: raft-kv
duration: 5s
rate: 50/s
keys: { count: 3 }
operations: [{ f: get }, { f: put, value: unique, version: last-seen }]
nemesis: { faults: [{ fault: partition, shape: isolate-leader, every: 3s, for: 2s }] }
after: { settle: 200ms }
check:
  - { checker: linearizable, model: versioned-kv }
  - { checker: liveness }
`;

const registries = await loadRegistries();
const workload = loadWorkload({ file: "short.yaml", text, registries });
const plan = await loadPlan({ workload, bug: null }, registries);
const header = {
  whitewater: 1,
  run: "r",
  seed: 3,
  subject: "raft-kv",
  model: "versioned-kv",
} as const;

type Ended = { readonly driven: Driven; readonly lines: readonly string[] };

/** Told to end early once it has asked so often, or once it has said something. */
function play(
  t: Test,
  { of = plan, when }: { of?: SimPlan; when: (asked: number, line: string) => boolean },
): Ended {
  const lines: string[] = [];
  let asked = 0;
  const driven = playRun(of, {
    seed: 3,
    runDir: t.testdir({}),
    header,
    isInterrupted: () => when(++asked, lines.at(-1) ?? ""),
    onProgress: (line) => lines.push(line),
  });
  return { driven, lines };
}

const verdictsOf = ({ checks = [] }: Driven): Record<string, string> =>
  Object.fromEntries(checks.map(({ checker, verdict }) => [checker, verdict]));
const never = (): boolean => false;

t.test("a violation is told while the run is played", async (t) => {
  const broken = await loadPlan({ workload, bug: "M28" }, registries);
  const told: string[] = [];
  const seeds = [6, 7, 8, 9];
  const found = seeds.filter((seed) => {
    const before = told.length;
    const { checks = [] } = playRun(broken, {
      seed,
      runDir: t.testdir({}),
      header,
      isInterrupted: never,
      onProgress: (line) => told.push(line),
      onAnomaly: ({ kind }) => told.push(kind),
    });
    const kinds = told.slice(before).filter((line) => line === "stale-read");
    const isFound = checks.some(
      ({ checker, verdict }) => checker === "linearizable" && verdict === "invalid",
    );
    t.equal(kinds.length > 0, isFound, `seed ${seed}`);
    if (isFound)
      t.ok(told.indexOf("stale-read", before) < told.indexOf("playing it again", before));
    return isFound;
  });
  t.ok(found.length > 0 && found.length < seeds.length, "both runs with and without one");
});

t.test("a run is played twice, written and checked", async (t) => {
  const { driven, lines } = play(t, { when: never });
  t.ok(lines.includes("playing it again"));
  t.match(verdictsOf(driven), { linearizable: "valid", liveness: "valid" });
  const [first, ...written] = (await readFile(join(t.testdirName, "history.jsonl"), "utf8"))
    .trim()
    .split("\n");
  t.match(JSON.parse(first ?? ""), header);
  t.same(written, driven.load.ops.map(formatOp));
});

t.test("a run that is interrupted ends early, in order, and leaves what came so far", async (t) => {
  const whole = play(t, { when: never });
  const { driven, lines } = play(t, { when: (asked) => asked > 1500 });

  const { ops } = driven.load;
  t.same(ops.slice(0, 50), whole.driven.load.ops.slice(0, 50), "a beginning of the same run");
  t.ok(ops.length < whole.driven.load.ops.length / 2);
  const open = new Set<unknown>();
  for (const { type, process } of ops) {
    if (process === "nemesis") continue;
    if (type === "invoke") open.add(process);
    else open.delete(process);
  }
  t.equal(open.size, 0, "what was in flight has ended");
  t.ok(lines.includes("healing"));
  t.notOk(lines.includes("playing it again"));
  t.match(verdictsOf(driven), { linearizable: "valid", liveness: "unknown" });
});

t.test("a demand for liveness that is cut short finds nothing", async (t) => {
  const { driven } = play(t, { when: (_, line) => line.startsWith("waiting until the healed") });
  t.match(verdictsOf(driven), { linearizable: "valid", liveness: "unknown" });
});

t.test("a repetition that is interrupted leaves the run whole", async (t) => {
  const whole = play(t, { when: never });
  const { driven } = play(t, { when: (_, line) => line === "playing it again" });
  t.same(driven.load.ops, whole.driven.load.ops);
  t.match(verdictsOf(driven), { liveness: "valid" });
});

t.test("a run that is another one when it is repeated is an error of ours", async (t) => {
  const correct = plan.program as NodeProgram<unknown>;
  let starts = 0;
  const program: NodeProgram<unknown> = {
    ...correct,
    start: (env, config, rules) => {
      env.trace({ kind: "status", starts: starts++ });
      correct.start(env, config, rules);
    },
  };
  t.throws(() => play(t, { of: { ...plan, program }, when: never }), {
    name: "DivergenceError",
    message: /two runs of seed 3 diverge at line 1 of the trace of n1/,
  });
});
