import t from "tap";
import { loadRegistries } from "../cluster/registry.ts";
import { loadWorkload } from "../workloads/load.ts";
import type { ScriptStep } from "../workloads/workload.ts";
import type { FaultRecord } from "./record.ts";
import { formatScript, resolvedScript } from "./script.ts";

const registries = await loadRegistries();

const record: FaultRecord = {
  id: "partition-1",
  fault: "partition",
  targets: ["n1"],
  detail: { shape: "isolate" },
  effect: { cut: [{ from: "n1", to: "n2" }] },
  injectedAt: 4_000_400_001,
  healDueAt: 9_250_000_000,
  healBeganAt: 9_300_000_000,
  healedAt: 9_300_000_000,
  effective: true,
  healed: true,
  evidence: "seen",
  looks: {},
  skipped: null,
};
const instance = { targets: ["n1"], detail: record.detail, effect: { down: ["n1"] } };
const skewed = {
  targets: ["n2"],
  detail: { n2: { offsetMs: -90_000, rate: 0.517 } },
  effect: { skewed: [{ node: "n2", setting: { offsetMs: -90_000, rate: 0.517 } }] },
};

/** A workload with this text as the value of its nemesis, loaded. */
function loadScript(text: string): readonly ScriptStep[] | undefined {
  const indented = text.replaceAll(/^/gm, "  ");
  const workload = `name: w
subject: raft-kv
duration: 60s
operations: [{ f: get }]
check: [{ checker: linearizable, model: versioned-kv }]
nemesis:
${indented}`;
  return loadWorkload({ file: "w.yaml", text: workload, registries }).nemesis.script;
}

t.test("a script has what was injected and when its heal was due, in order of time", async (t) => {
  const late = { ...record, id: "kill-1", fault: "kill", injectedAt: 5e9, healDueAt: null };
  const skipped = { ...record, id: "pause-1", injectedAt: null, skipped: "no leader known" };
  const { targets, detail, effect } = record;

  t.same(resolvedScript([skipped, late, record]), [
    {
      atMs: 4000.400001,
      action: "inject",
      id: "partition-1",
      fault: "partition",
      instance: { targets, detail, effect },
    },
    {
      atMs: 5000,
      action: "inject",
      id: "kill-1",
      fault: "kill",
      instance: { targets, detail, effect },
    },
    { atMs: 9250, action: "heal", id: "partition-1" },
  ]);
});

t.test("schedule.yaml is a nemesis that a workload takes, and means the same", async (t) => {
  const script: ScriptStep[] = [
    ...resolvedScript([record]),
    { atMs: 10_000, action: "inject", id: "kill-1", fault: "kill", instance },
    { atMs: 10_001, action: "inject", id: "clock-1", fault: "clock", instance: skewed },
    { atMs: 12_345, action: "heal", id: "kill-1" },
  ];
  t.same(loadScript(formatScript(script, {})), script);
  t.match(
    formatScript(script, { swarm: true }),
    /^swarm: true$/m,
    "what decides the world is kept",
  );
});

t.test("every named schedule loads, by the name of its file", async (t) => {
  t.ok(registries.schedules.has("none") && registries.schedules.has("everything"));
  for (const [name, text] of registries.schedules) {
    t.match(text, `name: ${name}\n`);
    const { nemesis } = loadWorkload({
      file: "w.yaml",
      text: `name: w
subject: raft-kv
duration: 60s
operations: [{ f: get }]
check: [{ checker: linearizable, model: versioned-kv }]
nemesis: ${name}
`,
      registries,
    });
    t.equal(nemesis.faults.length > 0, name !== "none", name);
  }
});
