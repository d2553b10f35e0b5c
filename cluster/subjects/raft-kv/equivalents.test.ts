import { readFile } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import { loadWorkload } from "../../../workloads/load.ts";
import { loadRegistries, projectRoot } from "../../registry.ts";
import { runSeed } from "../../sweep/run-seed.ts";
import { loadPlan } from "../../sweep/sweep.ts";
import { subject } from "./subject.ts";

// Whoever says that a bug is equivalent is contradicted by one run that shows it.

const eventsMin = 1_000_000;

t.setTimeout(300_000);

for (const { id, equivalent } of subject.bugs) {
  if (equivalent === null) continue;
  t.test(`${id}: a million events under every fault show nothing`, async (t) => {
    const registries = await loadRegistries();
    const file = join(projectRoot, "workloads", "sim-default.yaml");
    const workload = loadWorkload({ file, text: await readFile(file, "utf8"), registries });
    const plan = await loadPlan({ workload, bug: id }, registries);

    let events = 0;
    for (let seed = 1; events < eventsMin; seed++) {
      const { verdict, sentence, stats } = runSeed(plan, seed, "none");
      events += stats.events;
      if (verdict === "invalid") t.fail(`seed ${seed}: ${sentence}`);
    }
    t.ok(events >= eventsMin);
  });
}
