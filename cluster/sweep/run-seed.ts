import type { Verdict } from "porcupine-ts";
import { assertSame } from "../sim/divergence.ts";
import { checkSimulated, judgeSimulated } from "../sim/outcome.ts";
import { drawSimulation, type SimPlan } from "../sim/plan.ts";
import { type Simulated, type SimulatedStats, simulate } from "../sim/run.ts";

/** What a sweep keeps of one run: plain JSON. */
export type SeedOutcome = {
  readonly seed: number;
  readonly verdict: Verdict;
  readonly sentence: string;
  /** The checkers that said `invalid`, in order. */
  readonly caughtBy: readonly string[];
  /** Why it proved nothing, one sentence each; empty when it did. */
  readonly vacuous: readonly string[];
  readonly stats: SimulatedStats;
  /** Operations whose answers were checked. */
  readonly opsChecked: number;
  /** By kind of fault: how many instances were injected, and how many took an effect that was seen. */
  readonly faults: Readonly<Record<string, FaultCount>>;
  /** Wall-clock milliseconds: of the simulation with its invariants, and of set-up and checks. */
  readonly simulationMs: number;
  readonly checkMs: number;
};

export type FaultCount = { readonly injected: number; readonly effective: number };

/** Which runs are played twice more and compared. */
export type Repeats = "none" | "failures" | "all";

/** Plays and judges one seed. Throws a `DivergenceError` when its repetitions are not the same. */
export function runSeed(plan: SimPlan, seed: number, repeats: Repeats): SeedOutcome {
  const startMs = performance.now();
  const simulation = drawSimulation(plan, seed, { keepsTrace: false, onProgress: null });
  const drawnMs = performance.now();
  const simulated = simulate(simulation);
  const playedMs = performance.now();
  const checks = checkSimulated(plan, simulated);
  const judged = judgeSimulated(plan.workload, simulated, checks);
  const { verdict, sentence, operations, vacuous } = judged;
  const checkedMs = performance.now();
  const isFailure = verdict === "invalid" || verdict === "unknown";
  if (repeats === "all" || (repeats === "failures" && isFailure)) verify(plan, seed);
  const { ok, fail, info } = operations;
  return {
    seed,
    verdict,
    sentence,
    caughtBy: checks.filter((check) => check.verdict === "invalid").map(({ checker }) => checker),
    vacuous,
    stats: simulated.stats,
    opsChecked: ok + fail + info,
    faults: countFaults(simulated),
    simulationMs: playedMs - drawnMs,
    checkMs: drawnMs - startMs + (checkedMs - playedMs),
  };
}

function verify(plan: SimPlan, seed: number): void {
  const [one, other] = [1, 2].map(() =>
    simulate(drawSimulation(plan, seed, { keepsTrace: true, onProgress: null })),
  ) as [Simulated, Simulated];
  assertSame(seed, one, other);
}

function countFaults({ load }: Simulated): Record<string, FaultCount> {
  const counts: Record<string, FaultCount> = {};
  for (const { fault, injectedAt, effective } of load.records) {
    const { injected, effective: seen } = counts[fault] ?? { injected: 0, effective: 0 };
    counts[fault] = {
      injected: injected + (injectedAt === null ? 0 : 1),
      effective: seen + (effective === true ? 1 : 0),
    };
  }
  return counts;
}
