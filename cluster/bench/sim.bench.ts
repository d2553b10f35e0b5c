import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadWorkload } from "../../workloads/load.ts";
import type { Workload } from "../../workloads/workload.ts";
import { loadRegistries, projectRoot } from "../registry.ts";
import { runSeed, type SeedOutcome } from "../sweep/run-seed.ts";
import { summarize } from "../sweep/summary.ts";
import { loadPlan } from "../sweep/sweep.ts";

// How fast a sweep of the default workload goes on one core, Raft's invariants checked at every
// record, and whether its clusters are alive. Arguments: runs to measure (default 100), and runs of
// the memory test (default 300). Processor time beside wall time: the machine may have other work.

const [runs = 100, memoryRuns = 300] = process.argv.slice(2).map(Number);
const warmUpRuns = 30;
const registries = await loadRegistries();
const file = join(projectRoot, "workloads", "sim-default.yaml");
const workload = loadWorkload({ file, text: readFileSync(file, "utf8"), registries });

const sweep = await measure(workload, runs);
const { summary } = sweep;
const { virtualSeconds, wallSeconds, checkSeconds, verdicts } = summary;
const perCpu = virtualSeconds / (sweep.cpuSeconds * (wallSeconds / (wallSeconds + checkSeconds)));
print("virtual seconds a wall second", summary.speedup, "at least 1000");
print("  the same by processor time", Math.round(perCpu));
print("complete runs a minute", Math.round((runs * 60) / sweep.wallSeconds), "at least 1000");
print("ok operations a virtual second", perSecond(summary.okOps), "at least 40");
print("events a virtual second", perSecond(summary.events), "at least 700");
print("elections a run", (summary.elections / runs).toFixed(1), "at least 2");
for (const [kind, { runs: hit }] of Object.entries(summary.faults)) {
  print(`runs with ${kind}`, percent(hit), "at least 90 %");
}
print("vacuous", percent(verdicts.vacuous), "at most 2 %");
print("failures", summary.failures.length, "none");

const { ratePerSecond: _, ...closed } = workload;
const full = await measure(closed, Math.ceil(runs / 10));
const checkedASecond = Math.round(full.summary.opsChecked / full.wallSeconds);
print("full load: checked operations a second", checkedASecond, "at least 20000");

await measureMemory();

async function measureMemory(): Promise<void> {
  const plan = await loadPlan({ workload, bug: null }, registries);
  const steps = 10;
  const megabytes: number[] = [];
  for (let step = 0; step < steps; step++) {
    const from = step * Math.ceil(memoryRuns / steps);
    for (let at = 0; at < memoryRuns / steps; at++) runSeed(plan, from + at, "none");
    globalThis.gc?.();
    megabytes.push(Math.round(process.memoryUsage().heapUsed / 2 ** 20));
  }
  print(`heap after each tenth of ${memoryRuns} runs, MB`, megabytes.join(" "), "flat");
}

async function measure(played: Workload, count: number) {
  const plan = await loadPlan({ workload: played, bug: null }, registries);
  for (let seed = 1; seed <= warmUpRuns; seed++) runSeed(plan, seed, "none");
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  const outcomes: SeedOutcome[] = [];
  for (let seed = 1; seed <= count; seed++) outcomes.push(runSeed(plan, seed, "none"));
  const wallSeconds = (performance.now() - startMs) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const repeat = (seed: number): string => String(seed);
  const summary = summarize(outcomes, { jobs: 1, repeat });
  return { summary, wallSeconds, cpuSeconds: (user + system) / 1e6 };
}

function perSecond(count: number): string {
  return (count / virtualSeconds).toFixed(1);
}

function percent(count: number): string {
  return `${((100 * count) / runs).toFixed(1)} %`;
}

function print(what: string, value: number | string, bound?: string): void {
  console.log(`${what}: ${value}${bound === undefined ? "" : ` (${bound})`}`);
}
