import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import t from "tap";
import type { FaultRecord } from "../../nemesis/record.ts";
import { loadWorkload } from "../../workloads/load.ts";
import type { Workload } from "../../workloads/workload.ts";
import { loadRegistries } from "../registry.ts";
import { checkSimulated, judgeSimulated } from "../sim/outcome.ts";
import { drawSimulation } from "../sim/plan.ts";
import { simulate } from "../sim/run.ts";
import { loadPlan } from "./sweep.ts";

// The schedule that a run leaves, in place of the one that it was drawn from.

const seeds = 4;
/** A look that has begun is waited for. */
const lateMsMax = 50;

const file = fileURLToPath(new URL("../../workloads/sim-default.yaml", import.meta.url));
const text = await readFile(file, "utf8");
const registries = await loadRegistries();

async function play(nemesis: string | null, seed: number) {
  const resolved = nemesis === null ? text : text.replace(/^nemesis: .*$/m, nemesis);
  const overrides = { duration: "10s" };
  const workload: Workload = loadWorkload({ file, text: resolved, registries, overrides });
  const plan = await loadPlan({ workload, bug: null }, registries);
  const how = { keepsTrace: true, onProgress: () => undefined };
  const simulated = simulate(drawSimulation(plan, seed, how));
  const { vacuous } = judgeSimulated(workload, simulated, checkSimulated(plan, simulated));
  const injected = simulated.load.records.filter(({ injectedAt }) => injectedAt !== null);
  const without = vacuous.filter((reason) => reason.includes("without effect"));
  return { schedule: simulated.load.schedule, without, injected };
}

const whatOf = ({ id, targets, detail }: FaultRecord) => ({ id, targets, detail });

for (let seed = 1; seed <= seeds; seed++) {
  t.test(`seed ${seed}: its own schedule does the same to it`, async (t) => {
    const one = await play(null, seed);
    const nemesis = `nemesis:\n${one.schedule.replaceAll(/^/gm, "  ")}`;
    const other = await play(nemesis, seed);

    t.ok(one.injected.length > 3);
    t.same(other.injected.map(whatOf), one.injected.map(whatOf));
    t.same(other.without, one.without);
    for (const [at, { id, injectedAt }] of one.injected.entries()) {
      const lateMs = ((other.injected[at]?.injectedAt ?? 0) - (injectedAt ?? 0)) / 1e6;
      t.ok(lateMs >= 0 && lateMs < lateMsMax, `${id} is ${lateMs} ms late`);
    }
  });
}
