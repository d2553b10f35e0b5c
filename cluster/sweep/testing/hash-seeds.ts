import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadWorkload } from "../../../workloads/load.ts";
import { loadRegistries, projectRoot } from "../../registry.ts";
import { historyLines } from "../../sim/divergence.ts";
import { drawSimulation } from "../../sim/plan.ts";
import { simulate } from "../../sim/run.ts";
import { loadPlan } from "../sweep.ts";

// Prints one line for each seed FROM..TO: a hash of its history and of all its traces.

const [from = 0, to = 0] = process.argv.slice(2).map(Number);
const registries = await loadRegistries();
const file = join(projectRoot, "workloads", "sim-default.yaml");
const workload = loadWorkload({
  file,
  text: readFileSync(file, "utf8"),
  registries,
  overrides: { duration: "5s" },
});
const plan = await loadPlan({ workload, bug: null }, registries);
for (let seed = from; seed <= to; seed++) {
  const how = { keepsTrace: true, onProgress: () => undefined };
  const run = simulate(drawSimulation(plan, seed, how));
  const hash = createHash("sha256");
  for (const line of historyLines(run)) hash.update(line);
  for (const node of run.load.nodes) {
    for (const line of run.traces.get(node) ?? []) hash.update(line);
  }
  process.stdout.write(`${seed} ${run.load.ops.length} ${hash.digest("hex")}\n`);
}
