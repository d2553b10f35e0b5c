import { mergeVerdicts, type Op } from "porcupine-ts";
import type { FaultRecord } from "../nemesis/record.ts";
import { vacuousReasons } from "../nemesis/vacuous.ts";
import { classified } from "../reports/anomaly/classify.ts";
import { lookupOf } from "../reports/anomaly/facts.ts";
import type { CheckerResult, FaultResult, RunFiles, RunResult } from "../reports/result.ts";
import { sentenceFor } from "../reports/sentence.ts";
import { tableOf } from "../reports/table-builder.ts";
import type { Workload } from "../workloads/workload.ts";
import { checkOption } from "../workloads/workload-model.ts";
import { withOrder } from "./inside-order.ts";
import type { Load } from "./load.ts";
import { voterNames } from "./node-names.ts";

export type Judged = Pick<
  RunResult,
  "verdict" | "sentence" | "operations" | "faults" | "vacuous" | "checks" | "environment"
>;

/** What a recorded run is worth: the checkers' verdicts, and whether anything was proven at all. */
export function judge(options: {
  readonly workload: Workload;
  readonly load: Load;
  readonly checks: readonly CheckerResult[];
  readonly durationMs: number;
  /** What went wrong around the run: clean-up that failed. */
  readonly environment: readonly string[];
  /** Traces of the nodes, for the sentence of an anomaly; absent: it names no role. */
  readonly traces?: RunFiles["trace"];
}): Judged {
  const { workload, load } = options;
  const { ops, records } = load;
  const checks = options.checks.map((check) => withOrder(check, options.checks, ops));
  const vacuous = vacuousReasons({
    ops,
    records,
    kinds: kindsAsked(workload, records),
    voters: voterNames(workload),
    okAtLeast: checkOption(workload, "stats", "okAtLeast", 100),
    withinMs: checkOption(workload, "recovery", "withinMs", 10_000),
  });
  const verdicts = checks.map(({ verdict }) => verdict);
  const lookup = verdicts.includes("invalid") ? lookupOf(tableOf(ops)) : null;
  const pieces = {
    verdict: mergeVerdicts([
      ...verdicts,
      ...(vacuous.length > 0 ? (["vacuous"] as const) : []),
      ...(checks.length === 0 ? (["unknown"] as const) : []),
    ]),
    checks: lookup === null ? checks : classified(checks, lookup, options.traces),
    faults: records.map(faultResult),
    vacuous,
    operations: countOutcomes(ops),
    environment: [...endedByMachine(load), ...outlivedHeal(load), ...options.environment],
  };
  const { durationMs, traces = {} } = options;
  const told = {
    ...pieces,
    ops,
    durationMs,
    traces,
    nodes: load.nodes,
    ...(lookup === null ? {} : { lookup }),
  };
  return { ...pieces, sentence: sentenceFor(told) };
}

/** Of a swarm, only what the run has drawn: each instance leaves a record, skipped ones too. */
function kindsAsked({ nemesis }: Workload, records: readonly FaultRecord[]): string[] {
  const drawn = nemesis.swarm === true ? records : nemesis.faults;
  return [...new Set(drawn.map(({ fault }) => fault))];
}

/** Of such a node nothing is known: not whether its program would have gone on. */
function endedByMachine({ exits }: Load): string[] {
  return exits
    .filter(({ isEnvironment }) => isEnvironment)
    .map(({ node, reason }) => `${node} was ended by the machine, not by a fault: ${reason}`);
}

/** Where a node has ended unasked, that it does not answer is its end, not the fault. */
function outlivedHeal({ records, exits }: Load): string[] {
  const ended = new Set(exits.map(({ node }) => node));
  return records
    .filter(({ healed, targets }) => healed === false && !targets.some((node) => ended.has(node)))
    .map((record) => `${record.id} was not gone after heal: ${record.evidence}`);
}

function faultResult(record: FaultRecord): FaultResult {
  const { id, fault, targets, detail, effect, skipped, evidence } = record;
  const { injectedAt, healedAt, effective } = record;
  return { id, fault, targets, detail, effect, injectedAt, healedAt, effective, evidence, skipped };
}

function countOutcomes(ops: readonly Op[]): { ok: number; fail: number; info: number } {
  const counts = { ok: 0, fail: 0, info: 0 };
  for (const op of ops) {
    if (op.process !== "nemesis" && op.type !== "invoke") counts[op.type]++;
  }
  return counts;
}
