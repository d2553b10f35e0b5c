import type { Verdict } from "porcupine-ts";
import type { FaultCount, SeedOutcome } from "./run-seed.ts";

/** A run that an error of ours ended, or that was not what its repetition was. */
export type SeedError = { readonly seed: number; readonly error: string };

export type SweepFailure = {
  readonly seed: number;
  readonly verdict: Verdict | "error";
  readonly sentence: string;
  readonly caughtBy: readonly string[];
  readonly repeat: string;
};

/** Runs that proved nothing for the same reason; a run may have several. */
export type SweepVacuity = {
  readonly reason: string;
  readonly runs: number;
  readonly seeds: readonly number[];
};

/** What `whitewater sim --json` prints. */
export type SweepSummary = {
  readonly runs: number;
  readonly virtualSeconds: number;
  /** Of the simulations with their invariants, all jobs together. */
  readonly wallSeconds: number;
  /** Virtual seconds a wall second of one core. */
  readonly speedup: number;
  /** Set-up and history checks, all jobs together. */
  readonly checkSeconds: number;
  readonly events: number;
  readonly okOps: number;
  readonly opsChecked: number;
  readonly elections: number;
  readonly faults: Readonly<Record<string, FaultCount & { readonly runs: number }>>;
  readonly jobs: number;
  readonly verdicts: Readonly<Record<Verdict | "error", number>>;
  readonly failures: readonly SweepFailure[];
  /** The commonest reason first. */
  readonly vacuous: readonly SweepVacuity[];
  /** Only where it was: not all seeds that were asked for were played. */
  readonly interrupted?: true;
};

/** Adds up the outcomes of a sweep, in the order of their seeds. */
export function summarize(
  outcomes: readonly (SeedOutcome | SeedError)[],
  { jobs, repeat }: { readonly jobs: number; readonly repeat: (seed: number) => string },
): SweepSummary {
  const all = [...outcomes].sort((a, b) => a.seed - b.seed);
  const finished = all.filter((outcome): outcome is SeedOutcome => !("error" in outcome));
  const sum = (of: (outcome: SeedOutcome) => number): number =>
    finished.reduce((total, outcome) => total + of(outcome), 0);
  const virtualSeconds = sum(({ stats }) => stats.virtualNs) / 1e9;
  const wallSeconds = sum(({ simulationMs }) => simulationMs) / 1000;
  const verdicts = { valid: 0, invalid: 0, unknown: 0, vacuous: 0, error: 0 };
  for (const outcome of all) verdicts["error" in outcome ? "error" : outcome.verdict] += 1;
  return {
    runs: all.length,
    virtualSeconds: rounded(virtualSeconds),
    wallSeconds: rounded(wallSeconds),
    speedup: wallSeconds === 0 ? 0 : Math.round(virtualSeconds / wallSeconds),
    checkSeconds: rounded(sum(({ checkMs }) => checkMs) / 1000),
    events: sum(({ stats }) => stats.events),
    okOps: sum(({ stats }) => stats.okOps),
    opsChecked: sum(({ opsChecked }) => opsChecked),
    elections: sum(({ stats }) => stats.elections),
    faults: sumFaults(finished),
    jobs,
    verdicts,
    failures: all.flatMap((outcome) => failureOf(outcome, repeat)),
    vacuous: sumVacuous(finished),
  };
}

function failureOf(
  outcome: SeedOutcome | SeedError,
  repeat: (seed: number) => string,
): SweepFailure[] {
  const { seed } = outcome;
  if ("error" in outcome) {
    return [
      { seed, verdict: "error", sentence: outcome.error, caughtBy: [], repeat: repeat(seed) },
    ];
  }
  const { verdict, sentence, caughtBy } = outcome;
  if (verdict === "valid" || verdict === "vacuous") return [];
  return [{ seed, verdict, sentence, caughtBy, repeat: repeat(seed) }];
}

function sumFaults(outcomes: readonly SeedOutcome[]): SweepSummary["faults"] {
  const sums = new Map<string, { injected: number; effective: number; runs: number }>();
  for (const { faults } of outcomes) {
    for (const [kind, { injected, effective }] of Object.entries(faults)) {
      const sum = sums.get(kind) ?? { injected: 0, effective: 0, runs: 0 };
      sums.set(kind, {
        injected: sum.injected + injected,
        effective: sum.effective + effective,
        runs: sum.runs + (injected > 0 ? 1 : 0),
      });
    }
  }
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sumVacuous(outcomes: readonly SeedOutcome[]): SweepVacuity[] {
  const seedsOf = new Map<string, number[]>();
  for (const { seed, verdict, vacuous } of outcomes) {
    if (verdict !== "vacuous") continue;
    for (const reason of new Set(vacuous.map(withoutParticulars))) {
      const seeds = seedsOf.get(reason) ?? [];
      seedsOf.set(reason, seeds);
      seeds.push(seed);
    }
  }
  const sums = [...seedsOf].map(([reason, seeds]) => ({ reason, runs: seeds.length, seeds }));
  return sums.sort((one, other) => other.runs - one.runs);
}

/** What reasons of several runs have in common: not the numbers, nor the evidence after them. */
function withoutParticulars(reason: string): string {
  return reason.replace(/(: | \().*$/s, "").replace(/\d+(\.\d+)?/g, "N");
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
