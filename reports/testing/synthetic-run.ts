import type { Op, Verdict } from "porcupine-ts";
import { createRng } from "../../cluster/env/rng.ts";
import type { CheckerResult, FaultResult, RunFiles, RunResult } from "../result.ts";
import { tableOf } from "../table-builder.ts";
import { insideOfTexts, type NodeTexts, syntheticTexts } from "./synthetic-inside.ts";

/** What kind of run to make up. */
export type SyntheticOptions = {
  readonly verdict: Verdict;
  readonly operations: number;
  readonly seed?: number;
};

/** The files of a run, and what they were made of: the history, the texts of the nodes' files. */
export type SyntheticRun = RunFiles & { readonly ops: readonly Op[]; readonly texts: NodeTexts };

const nodes = ["n1", "n2", "n3", "n4", "n5"];
const clientCount = 10;
const second = 1e9;

/**
 * A made-up run of a versioned store under faults, linearizable by construction; for `invalid` one
 * read is replaced by an older value. Deterministic.
 */
export function syntheticRun(options: SyntheticOptions): SyntheticRun {
  const faults = madeUpFaults();
  const { ops, endNs } = history(options, faults);
  const { ops: finalOps, check } = options.verdict === "invalid" ? spoil(ops) : fine(ops, options);
  const result = resultOf(options, faults, check, finalOps, endNs);
  const texts = syntheticTexts(nodes, endNs);
  const table = tableOf(finalOps);
  const { logs } = texts;
  return { result, ops: finalOps, texts, table, logs, ...insideOfTexts(texts, result, table) };
}

type Pending = { at: number; process: number; thread: number };

function history(
  { operations, seed = 7 }: SyntheticOptions,
  faults: readonly FaultResult[],
): { ops: Op[]; endNs: number } {
  const rng = createRng(seed);
  const stepNs = Math.floor((30 * second * clientCount) / operations);
  const store = new Map<string, { value: string | null; version: number }>();
  const lines: Omit<Op, "index">[] = [];
  const clients: Pending[] = Array.from({ length: clientCount }, (_, thread) => ({
    at: rng.int(0, stepNs),
    process: thread,
    thread,
  }));
  let nextProcess = clientCount;
  for (let count = 0; count < operations; count++) {
    // The client whose operation takes effect first goes first: the order is a linearization.
    const client = clients.reduce((first, other) => (other.at < first.at ? other : first));
    const node = nodes[client.thread % nodes.length] ?? "n1";
    const key = `k${rng.int(1, 6)}`;
    const known = store.get(key) ?? { value: null, version: 0 };
    const spread = Math.max(2, Math.floor(stepNs / 4));
    const call = client.at - rng.int(1, spread);
    const end = client.at + rng.int(1, spread);
    const isCut = faults.some(
      (fault) =>
        fault.targets.includes(node) &&
        fault.fault !== "clock" &&
        (fault.injectedAt ?? 0) <= client.at &&
        client.at <= (fault.healedAt ?? 0),
    );
    const common = { process: client.process, key, node };
    if (rng.chance(4, 10)) {
      lines.push({ ...common, time: call, type: "invoke", f: "get" });
      if (isCut && rng.chance(3, 4)) lines.push(timeout(common, "get", client, end));
      else lines.push({ ...common, time: end, type: "ok", f: "get", value: known });
    } else {
      const isLate = rng.chance(1, 5);
      const version = isLate ? Math.max(0, known.version - 1) : known.version;
      const value = { value: `v${count}`, version };
      lines.push({ ...common, time: call, type: "invoke", f: "put", value });
      if (isCut) lines.push(timeout(common, "put", client, end));
      else if (version === known.version) {
        store.set(key, { value: value.value, version: version + 1 });
        lines.push({ ...common, time: end, type: "ok", f: "put" });
      } else lines.push({ ...common, time: end, type: "fail", f: "put", error: "ErrVersion" });
    }
    if (lines.at(-1)?.type === "info") client.process = nextProcess++;
    client.at += Math.floor(stepNs * 0.75) + rng.int(0, Math.floor(stepNs / 2));
    const ended = lines.at(-1)?.time ?? 0;
    client.at = Math.max(client.at, ended + spread + 1);
  }
  const ops = lines
    .sort((a, b) => a.time - b.time)
    .map((line, index) => ({ ...line, index, time: Math.max(0, line.time) }));
  return { ops, endNs: ops.at(-1)?.time ?? 0 };
}

function timeout(
  common: Pick<Op, "process" | "key" | "node">,
  f: string,
  client: Pending,
  end: number,
): Omit<Op, "index"> {
  return { ...common, time: Math.max(end, client.at + 3e8), type: "info", f, error: "timeout" };
}

/** Replaces what one read saw by the version that was acknowledged before the last. */
function spoil(ops: readonly Op[]): { ops: Op[]; check: CheckerResult } {
  for (const read of ops) {
    if (read.f !== "get" || read.type !== "ok" || read.node !== "n2") continue;
    if (read.time < 12.35 * second) continue;
    const call = invocationOf(ops, read);
    const earlier = ops.filter(
      (op) => op.type === "ok" && op.f === "put" && op.key === read.key && op.time < call.time,
    );
    const [older, newer] = earlier.slice(-2);
    if (older === undefined || newer === undefined) continue;
    const [olderCall, newerCall] = [invocationOf(ops, older), invocationOf(ops, newer)];
    const stale = bumped(olderCall.value);
    const current = bumped(newerCall.value);
    const spoilt = ops.map((op) => (op.index === read.index ? { ...op, value: stale } : op));
    const anomaly = {
      kind: "stale-read" as const,
      key: read.key ?? "",
      operation: call.index,
      related: [olderCall.index, newerCall.index],
      expected: `${current.value} (version ${current.version}) or newer`,
      observed: `${stale.value} (version ${stale.version})`,
    };
    const summary = `1 of 6 keys cannot be ordered: ${read.key}`;
    const check = linearizable("invalid", summary);
    return { ops: spoilt, check: { ...check, anomalies: [anomaly] } };
  }
  throw new Error("a run of at least 1,000 operations has a read to spoil");
}

function bumped(value: unknown): { value: string; version: number } {
  const put = value as { value: string; version: number };
  return { value: put.value, version: put.version + 1 };
}

function invocationOf(ops: readonly Op[], completion: Op): Op {
  for (let position = completion.index - 1; position >= 0; position--) {
    const op = ops[position];
    if (op?.process === completion.process) return op;
  }
  throw new Error("every completion has an invocation");
}

function fine(ops: Op[], { verdict }: SyntheticOptions): { ops: Op[]; check: CheckerResult } {
  const summary =
    verdict === "unknown"
      ? "gave up after 60 s and 41,000,000 steps: 1 of 6 keys undecided"
      : "6 of 6 keys can be put in one order";
  return { ops, check: linearizable(verdict === "unknown" ? "unknown" : "valid", summary) };
}

function linearizable(verdict: Verdict, summary: string): CheckerResult {
  const stats = { keys: 6, steps: 48_211, model: "versioned-kv" };
  return { checker: "linearizable", verdict, summary, anomalies: [], stats, tookMs: 412 };
}

function madeUpFaults(): FaultResult[] {
  const others = nodes.filter((node) => node !== "n2");
  const cut = others.flatMap((node) => [
    { from: "n2", to: node },
    { from: node, to: "n2" },
  ]);
  const base = { detail: {}, effective: true, skipped: null };
  return [
    {
      ...base,
      id: "partition-1",
      fault: "partition",
      targets: ["n2"],
      detail: { shape: "isolate-leader" },
      effect: { cut },
      injectedAt: 9.2 * second,
      healedAt: 12.5 * second,
      evidence: "8 of 8 links answered before, 0 of 8 during, 8 of 8 after",
    },
    {
      ...base,
      id: "clock-1",
      fault: "clock",
      targets: ["n4"],
      effect: { skewed: [{ node: "n4", setting: { offsetMs: -30_000, rate: 1 } }] },
      injectedAt: 11 * second,
      healedAt: 16 * second,
      evidence: "n4 read its clock 30.0 s behind while active, 0.0 s before and after",
    },
    {
      ...base,
      id: "kill-1",
      fault: "kill",
      targets: ["n3", "n5"],
      effect: { down: ["n3", "n5"] },
      injectedAt: 17 * second,
      healedAt: 19.4 * second,
      evidence: "n3, n5 refused connections while down and answered after the restart",
    },
    {
      ...base,
      id: "pause-1",
      fault: "pause",
      targets: ["n1"],
      effect: { paused: ["n1"] },
      injectedAt: 22 * second,
      healedAt: 25 * second,
      evidence: "n1 was silent for 3.0 s and answered after",
    },
    {
      ...base,
      id: "pause-2",
      fault: "pause",
      targets: [],
      effective: null,
      injectedAt: null,
      healedAt: null,
      evidence: "",
      skipped: "no leader known",
    },
  ];
}

function resultOf(
  { verdict, seed = 7 }: SyntheticOptions,
  faults: readonly FaultResult[],
  check: CheckerResult,
  ops: readonly Op[],
  endNs: number,
): RunResult {
  const count = (type: Op["type"]) => ops.filter((op) => op.type === type).length;
  return {
    whitewater: 1,
    run: "20261122-104501-kv-contended-7",
    verdict,
    sentence: `A made-up run, ${verdict}.`,
    workload: "kv-contended",
    subject: "raft-kv",
    driver: "docker",
    nodes,
    options: {},
    seed,
    bug: verdict === "invalid" ? "M28" : null,
    startedAt: "2026-11-22T10:45:01.000Z",
    durationMs: endNs / 1e6,
    repeat: `npx whitewater run workloads/kv-contended.yaml --driver docker --seed ${seed}`,
    operations: { ok: count("ok"), fail: count("fail"), info: count("info") },
    droppedArrivals: 0,
    faults,
    vacuous:
      verdict === "vacuous"
        ? [
            "82 of at least 100 mutations were acknowledged",
            "the fault clock never took an effect that its probe saw",
          ]
        : [],
    skippedFaults: [],
    checks: [
      check,
      {
        checker: "recovery",
        verdict: "valid",
        summary: "available again 0.9 s after heal at the latest, bound 10 s",
        anomalies: [],
        tookMs: 3,
      },
      {
        checker: "stats",
        verdict: verdict === "vacuous" ? "vacuous" : "valid",
        summary: `${count("ok")} ok, ${count("fail")} failed, ${count("info")} unknown`,
        anomalies: [],
        tookMs: 1,
      },
    ],
    environment: [],
    interrupted: false,
    provenance: {
      "git commit": "afc76ab",
      image: "sha256:6e2b8a0f",
      kernel: "6.1.0",
      engine: "Docker 27.5.1",
      node: "v20.20.2",
      "event-loop delay max": "12 ms",
      "CPU steal": "0.3 %",
    },
  };
}
