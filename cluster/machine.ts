import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { execa } from "execa";
import { type CoreWaits, createCoreWaits } from "./core-waits.ts";
import type { NodeName } from "./env/env.ts";

/** Where and with what a run was made, for `result.json`. */
export async function machineProvenance(projectRoot: string): Promise<Record<string, string>> {
  const { version } = JSON.parse(await readFile(join(projectRoot, "package.json"), "utf8"));
  const git = await execa("git", ["describe", "--always", "--dirty", "--abbrev=12"], {
    cwd: projectRoot,
    reject: false,
  });
  return {
    whitewater: String(version),
    commit: git.exitCode === 0 ? git.stdout : "not a git checkout",
    node: process.version,
    kernel: `${type()} ${release()}`,
    machine: `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
  };
}

export type MachineWatch = {
  /** Stops watching; figures of the whole stretch. */
  stop(): Record<string, string>;
};

const sampleMs = 100;
const samplesALook = 10;
/** Shorter ones are the everyday life of a machine that has work to do. */
const stallMsMin = 500;
/** Nodes that load two cores fully wait for half of a second now and then, and recover all the same. */
const waitMsMin = 800;

/** Time that the machine took: from the orchestrator, or from a node in the last second. */
export type Stall = { readonly ms: number; readonly node?: NodeName };

/**
 * Watches the machine: one that stalls, or has too few cores for its load, makes every node look slow.
 * `onStall` gets the milliseconds by which this process was late, as soon as it runs again, and
 * those that a node's process waited for a core.
 */
export function watchMachine(
  pids: () => ReadonlyMap<NodeName, number>,
  onStall: (stall: Stall) => void,
  waits: CoreWaits = createCoreWaits(),
): MachineWatch {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const stealAtStart = readStealMs();
  let expectedAt = performance.now() + sampleMs;
  let samples = 0;
  const timer = setInterval(() => {
    const lateMs = performance.now() - expectedAt;
    expectedAt = performance.now() + sampleMs;
    if (lateMs > stallMsMin) onStall({ ms: Math.round(lateMs) });
    samples += 1;
    if (samples % samplesALook !== 0) return;
    for (const [node, ms] of waits.look(pids())) {
      if (ms > waitMsMin) onStall({ ms: Math.round(ms), node });
    }
  }, sampleMs);
  return {
    stop() {
      clearInterval(timer);
      delay.disable();
      const stealMs = readStealMs() - stealAtStart;
      return {
        "event-loop delay p99": `${(delay.percentile(99) / 1e6).toFixed(1)} ms`,
        "event-loop delay max": `${(delay.max / 1e6).toFixed(1)} ms`,
        "cpu steal": `${stealMs} ms`,
      };
    },
  };
}

/** Time that the hypervisor gave to others, all cores together; 0 where the kernel does not say. */
function readStealMs(): number {
  try {
    const fields = readFileSync("/proc/stat", "utf8").split("\n", 1)[0]?.trim().split(/\s+/) ?? [];
    return Number(fields[8] ?? 0) * 10; // in ticks of 10 ms (USER_HZ is 100 wherever Node runs)
  } catch {
    return 0; // no /proc outside Linux
  }
}
