import { readFileSync } from "node:fs";
import type { NodeName } from "./env/env.ts";

export type CoreWaits = {
  /**
   * Milliseconds that each node had something to do and waited for a core, since the last look; of
   * a process that is new nothing is known yet.
   */
  look(pids: ReadonlyMap<NodeName, number>): ReadonlyMap<NodeName, number>;
};

/** Time that a busy machine takes from its nodes: they are slow then, and none the worse for it. */
export function createCoreWaits(readNs: (pid: number) => number | null = readWaitNs): CoreWaits {
  let seen: ReadonlyMap<number, number> = new Map();
  return {
    look: (pids) => {
      const now = new Map<number, number>();
      const waits = new Map<NodeName, number>();
      for (const [node, pid] of pids) {
        const ns = readNs(pid);
        if (ns === null) continue;
        now.set(pid, ns);
        const before = seen.get(pid);
        if (before !== undefined) waits.set(node, (ns - before) / 1e6);
      }
      seen = now;
      return waits;
    },
  };
}

/** The second figure of `schedstat`, of the process's first thread: the one that runs JavaScript. */
function readWaitNs(pid: number): number | null {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[1]);
  } catch {
    return null; // it has ended, or there is no such file: another system than Linux
  }
}
