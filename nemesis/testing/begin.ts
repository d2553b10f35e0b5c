import { createRng } from "../../cluster/env/rng.ts";
import type { FaultSpec, NemesisSpec } from "../../workloads/workload.ts";
import { type Nemesis, startNemesis } from "../actor.ts";
import type { Fault, Observation } from "../fault.ts";
import { type FaultRecord, faultRecords, type NemesisLine } from "../record.ts";
import { createFakeCluster, type FakeCluster } from "./fake-control.ts";
import { loadFaults } from "./load-faults.ts";
import { createVirtualClock } from "./virtual-clock.ts";

export const nodes: readonly string[] = ["n1", "n2", "n3", "n4", "n5"];
export const faults: ReadonlyMap<string, Fault> = await loadFaults();

export type Line = NemesisLine & { readonly time: number };
export type Run = {
  readonly cluster: FakeCluster;
  readonly nemesis: Nemesis;
  readonly lines: readonly Line[];
  /** Runs to the end of the schedule, stops, and gives what came of it. */
  finish(): FaultRecord[];
};

/** A fault of a schedule, every so many milliseconds for so many. */
export function entry(
  fault: string,
  parameters: Observation,
  [everyMs, forMs]: readonly [number, number],
): FaultSpec {
  return {
    fault,
    parameters,
    everyMs: { from: everyMs, to: everyMs },
    forMs: { from: forMs, to: forMs },
  };
}

/** Starts a nemesis on a fake cluster of five in virtual time. */
export function begin(
  spec: Partial<NemesisSpec>,
  {
    durationMs = 30_000,
    seed = 1,
    known = faults,
  }: {
    readonly durationMs?: number;
    readonly seed?: number;
    readonly known?: ReadonlyMap<string, Fault>;
  } = {},
): Run {
  const clock = createVirtualClock();
  const cluster = createFakeCluster({ nodes, clock, rng: createRng(`${seed}/cluster`) });
  const lines: Line[] = [];
  const nemesis = startNemesis({
    spec: { quiet: { firstMs: 1000, lastMs: 2000 }, overlap: true, faults: [], ...spec },
    durationMs,
    rng: createRng(seed),
    faults: known,
    control: cluster.control,
    clock,
    status: cluster.status,
    order: cluster.order,
    record: (line) => lines.push({ ...line, time: clock.now() }),
    onProgress: () => undefined,
  });
  return {
    cluster,
    nemesis,
    lines,
    finish() {
      let isDone = false;
      clock.run(durationMs);
      nemesis.stop(() => {
        isDone = true;
      });
      clock.run(60_000);
      if (!isDone) throw new Error("stop calls back");
      return faultRecords(lines);
    },
  };
}

/** All that Raft must survive. */
export const everything: FaultSpec[] = [
  entry(
    "partition",
    { shape: ["isolate-leader", "halves", "bridge", "majorities-ring"] },
    [6000, 4000],
  ),
  entry("kill", { nodes: ["leader", "minority", "all"] }, [7000, 2000]),
  entry("pause", { nodes: "leader" }, [8000, 3000]),
  entry("clock", { nodes: "minority", offset: { from: -90_000, to: 90_000 } }, [9000, 5000]),
  entry("lose-messages", { requests: 200, replies: 200 }, [10_000, 5000]),
  entry("slow-links", { nodes: "leader", delayUpTo: 200 }, [8000, 3000]),
  entry("lossy-links", { nodes: ["random", "all"] }, [9000, 3000]),
  entry("clog", { nodes: ["random", "minority"] }, [11_000, 2000]),
  entry("reset", { nodes: "all" }, [13_000, 3000]),
  entry("disk", { kind: ["slow", "full", "write-errors", "read-errors"] }, [14_000, 2000]),
  entry("power-loss", { nodes: ["random", "all"] }, [15_000, 1000]),
  entry("crash-point", {}, [12_000, 1000]),
  entry("transfer", {}, [10_000, 1000]),
  entry("membership", { nodes: ["leader", "random"] }, [16_000, 3000]),
];
