import type { RunDigest } from "../campaign/digest.ts";
import { signatureOf } from "../campaign/signature.ts";
import type { CampaignResult, CampaignRun, Outcome } from "../campaign.ts";

const digest: RunDigest = {
  run: "synthetic",
  nodes: ["n1", "n2", "n3"],
  signatures: [],
  faults: {
    kill: { injected: 3, effective: 2, skipped: 1 },
    pause: { injected: 1, effective: 0, skipped: 0 },
  },
  coverage: [
    { fault: "kill", role: "leader", phase: "steady", count: 2 },
    { fault: "kill", role: "follower", phase: "overlap", count: 30 },
  ],
  checks: [{ checker: "linearizable", verdict: "valid", summary: "all can be ordered" }],
  options: { heartbeatMs: 80 },
  provenance: { commit: "0123456789ab", node: "v20" },
  repeat: "npx whitewater run workloads/kv.yaml --driver sim --seed 1",
  latencyMs: { p50: 2, p90: 3, p99: 4, max: 5 },
  okPerSecond: { p10: 90, p50: 100, max: 110 },
};

/** A campaign of `seeds` runs a cell: the correct build is valid, the planted bug shows now and then. */
export function syntheticCampaign(options: {
  readonly startedAt: string;
  readonly seeds: number;
  /** Instead of every text that could come from outside. */
  readonly text?: string;
}): CampaignResult {
  const { startedAt, seeds, text } = options;
  const runs: CampaignRun[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    for (const workload of ["kv", "lock"]) {
      for (const schedule of ["own", "partitions"]) {
        for (const bug of [null, "M28"]) {
          const outcome = outcomeFor({ seed, workload, bug });
          runs.push(runOf({ seed, workload: text ?? workload, schedule, bug }, outcome, text));
        }
      }
    }
  }
  const planned = [{ workload: "kv", schedule: "own", subject: "raft-kv", bug: null, runs: 99 }];
  const name = text ?? "nightly";
  return { whitewater: 1, name, startedAt, durationMs: 60_000, planned, runs };
}

function outcomeFor(of: { seed: number; workload: string; bug: string | null }): Outcome {
  if (of.bug !== null) return of.seed % 3 === 1 ? "invalid" : "valid";
  if (of.workload !== "lock") return "valid";
  return of.seed === 2 ? "unknown" : of.seed === 3 ? "vacuous" : "valid";
}

function runOf(
  cell: Pick<CampaignRun, "seed" | "workload" | "schedule"> & { bug: string | null },
  outcome: Outcome,
  text: string | undefined,
): CampaignRun {
  const isInvalid = outcome === "invalid";
  const signature = signatureOf({
    ...{ checker: "linearizable", class: "stale-read", culprit: null, bands: [] },
    ...{ kind: "unordered", isRefined: true },
    ...{ subject: text ?? "raft-kv", bug: cell.bug },
  });
  return {
    ...cell,
    subject: text ?? "raft-kv",
    driver: "sim",
    startedAt: "2026-11-22T01:00:00.000Z",
    verdict: outcome === "environment" || outcome === "skipped" ? "unknown" : outcome,
    sentence: text ?? (isInvalid ? "client 7 read a stale value." : "All is well."),
    runDir: `runs/${cell.workload}-${cell.schedule}-${cell.bug}-${cell.seed}`,
    durationMs: 1000 * cell.seed,
    operations: { ok: 100 * cell.seed, fail: 1, info: 0 },
    digest: {
      ...digest,
      provenance: text === undefined ? digest.provenance : { [text]: text },
      signatures: isInvalid ? [signature] : [],
    },
  };
}
