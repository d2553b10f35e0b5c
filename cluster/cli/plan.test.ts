import t from "tap";
import { loadWorkload } from "../../workloads/load.ts";
import { processDriver } from "../process/driver.ts";
import { loadRegistries } from "../registry.ts";
import { simDriver } from "../sweep/driver.ts";
import type { AnyDriver } from "../testbed.ts";
import { InputError } from "./errors.ts";
import { type PlanFlags, planRun, type RunPlan } from "./plan.ts";

const registries = await loadRegistries();

function plan(subject: string, faults: string, driver: AnyDriver, flags: PlanFlags = {}): RunPlan {
  const file = "tiny.yaml";
  const text = `
name: tiny
subject: ${subject}
duration: 10s
operations: [{ f: get }, { f: put, value: unique, version: last-seen }]
nemesis: { faults: [${faults}] }
check: [{ checker: linearizable, model: versioned-kv }]
`;
  const workload = loadWorkload({ file, text, registries });
  return planRun({ workload, file, flags, registries, driver, seed: 1 });
}

const transfer = "{ fault: transfer, for: 1s }";
const membership = "{ fault: membership, for: 1s }";
const reset = "{ fault: reset, for: 1s }";
const kill = "{ fault: kill, restartAfter: 1s }";

t.test("what a driver or a subject cannot do is refused before anything boots", async (t) => {
  const cases: readonly [string, string, AnyDriver, RegExp][] = [
    ["raft-kv", reset, processDriver(), /asks for reset, which the process driver cannot do;/],
    [
      "kvsrv",
      `${transfer}, ${membership}, ${kill}`,
      simDriver(),
      /asks for transfer, membership, for which kvsrv takes no orders; take another subject/,
    ],
    [
      "kvsrv",
      `${transfer}, ${reset}`,
      processDriver(),
      /asks for reset, which the process driver cannot do, and for transfer, for which kvsrv takes/,
    ],
  ];
  for (const [subject, faults, driver, message] of cases) {
    t.throws(() => plan(subject, faults, driver), { constructor: InputError, message });
  }
});

t.test("it can be left out, and then the run says so", async (t) => {
  const faults = `${transfer}, ${kill}`;
  const { skippedFaults, workload, needs } = plan("kvsrv", faults, simDriver(), {
    skipUnsupported: true,
  });
  t.same(skippedFaults, ["transfer"]);
  t.same(
    workload.nemesis.faults.map(({ fault }) => fault),
    ["kill"],
  );
  t.same([...needs], ["kill"]);
});

t.test("orders ask nothing of the driver", async (t) => {
  for (const driver of [simDriver(), processDriver()]) {
    const { needs, skippedFaults } = plan("raft-kv", `${transfer}, ${membership}`, driver);
    t.same([[...needs], skippedFaults], [[], []]);
  }
});
