import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import t from "tap";
import { loadWorkload } from "../../workloads/load.ts";
import { loadRegistries } from "../registry.ts";
import { runSeed } from "./run-seed.ts";
import { loadPlan } from "./sweep.ts";

// Whole runs of shipped workloads, shortened: bugs of clients, locks and the single server are planted
// where they belong, and are caught by schedules that know nothing of them.

const durationMs = 15_000;
const seedsMax = 12;
const cleanSeeds = 3;

const bugs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "kvsrv-unreliable": {
    K1: "linearizable",
    K2: "linearizable",
    K3: "linearizable",
    K4: "linearizable",
    K5: "linearizable",
    S1: "answers",
  },
  "kvsrv-lock": { L1: "linearizable", L2: "linearizable", L3: "linearizable" },
  "lease-lock": { M37: "linearizable" },
  "sim-default": { M35: "answers", C3: "answers" },
};

const registries = await loadRegistries();
for (const [name, checkerOf] of Object.entries(bugs)) {
  const file = fileURLToPath(new URL(`../../workloads/${name}.yaml`, import.meta.url));
  const loaded = loadWorkload({ file, text: await readFile(file, "utf8"), registries });
  const play = async (bug: string | null) => {
    const plan = await loadPlan({ workload: { ...loaded, durationMs }, bug }, registries);
    return (seed: number) => runSeed(plan, seed, "none").caughtBy;
  };

  t.test(`${name}: no false alarm`, async (t) => {
    const run = await play(null);
    for (let seed = 1; seed <= cleanSeeds; seed++) t.same(run(seed), [], `seed ${seed}`);
  });
  for (const [id, checker] of Object.entries(checkerOf)) {
    t.test(`${name}: ${id} is caught`, async (t) => {
      const run = await play(id);
      let seed = 1;
      while (seed < seedsMax && !run(seed).includes(checker)) seed += 1;
      t.ok(run(seed).includes(checker), `by ${checker}, seed ${seed}`);
    });
  }
}
