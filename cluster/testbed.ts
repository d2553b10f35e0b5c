import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Anomaly, HistoryHeader, Op } from "porcupine-ts";
import { runChecks } from "porcupine-ts/node";
import type { Fault } from "../nemesis/fault.ts";
import { readTraces } from "../reports/read-inside.ts";
import type { CheckerResult, RunFiles, RunResult } from "../reports/result.ts";
import { writeReport, writeResult } from "../reports/store.ts";
import { formatWorkload } from "../workloads/format.ts";
import type { Workload } from "../workloads/workload.ts";
import { exitsResult } from "./check-exits.ts";
import { checkTraces } from "./check-traces.ts";
import type { Capability, Cluster, Driver } from "./control.ts";
import { createClock } from "./env/real-clock.ts";
import { ClusterError } from "./errors.ts";
import { untilHealthy } from "./health.ts";
import { judge } from "./judge.ts";
import { drive, type Load, noLoad } from "./load.ts";
import { machineProvenance } from "./machine.ts";
import { type Moment, namedMoments } from "./named-moments.ts";
import { nodeNames } from "./node-names.ts";
import type { BugInfo, Subject } from "./subject.ts";

/** One run, everything resolved. */
export type RunRequest = {
  readonly run: string;
  readonly workload: Workload;
  /** The model that the clients speak. */
  readonly model: string;
  readonly subject: Subject;
  readonly driver: AnyDriver;
  readonly needs: ReadonlySet<Capability>;
  readonly faults: ReadonlyMap<string, Fault>;
  readonly seed: number;
  readonly bug: BugInfo | null;
  /** Absolute, exists, empty. */
  readonly runDir: string;
  readonly repeat: string;
  /** Kinds of fault that were asked for and left out. */
  readonly skippedFaults: readonly string[];
  /** Leave the cluster running at the end. */
  readonly keep: boolean;
  readonly projectRoot: string;
  /** The first Ctrl-C: end early, in order. */
  readonly soft: AbortSignal;
  /** The second one: clean up, nothing else. */
  readonly hard: AbortSignal;
  readonly onProgress: (line: string) => void;
  /** For what must not be overwritten; absent: like progress. */
  readonly onNote?: (line: string) => void;
  /** What the clients' answers show already while they come in. */
  readonly onAnomaly?: (anomaly: Anomaly) => void;
};

/** What became of a run before it is judged. */
export type Driven = {
  readonly load: Load;
  readonly provenance: Readonly<Record<string, string>>;
  /** What went wrong while the cluster was removed. */
  readonly downErrors: readonly string[];
  /** How long it took in its own time; absent: in ours. */
  readonly durationMs?: number;
  /** Verdicts that were reached already; absent: history and traces are still to be checked. */
  readonly checks?: readonly CheckerResult[];
  /** When the traces were collected, nanoseconds of the run. */
  readonly collectedNs?: number;
};

/** A driver that plays the whole run by itself, in virtual time. */
export type Simulator = Pick<Driver, "name" | "capabilities"> & {
  /** Writes `history.jsonl`, `trace/` and `logs/` into the run's folder. */
  drive(request: RunRequest): Promise<Driven>;
};

export type AnyDriver = Driver | Simulator;

const healthyWithinMs = 30_000;
const checkTimeoutMs = 60_000;
const checkMemoryBytes = 2 * 2 ** 30;

/**
 * One run from boot to report: up, healthy, workload and nemesis, heal, final reads, down, check.
 *
 * The history is on disk line by line while it happens; the cluster is removed on every way out
 * (unless `keep`), and its logs are collected first. Throws a `ClusterError` when the environment
 * failed before there was anything to judge.
 */
export async function runTestbed(request: RunRequest): Promise<RunResult> {
  const { runDir, workload, onProgress } = request;
  const startedAt = new Date();
  const startedMs = performance.now();
  await writeFile(join(runDir, "workload.yaml"), formatWorkload(workload, request)).catch(
    (cause: Error) => {
      throw new ClusterError(
        "E_DISK",
        `cannot write to ${runDir}: ${cause.message}`,
        {},
        { cause },
      );
    },
  );

  const { driver } = request;
  const driven =
    "boot" in driver ? await withCluster(request, driver) : await driver.drive(request);
  const { load } = driven;

  onProgress(`checking ${load.ops.length} lines of history`);
  const durationMs = driven.durationMs ?? Math.round(performance.now() - startedMs);
  const checks = driven.checks ?? (await checkAll(request, driven));
  const environment = driven.downErrors;
  const traces = await tracesToTell(runDir, checks);
  const judged = judge({ workload, load, checks, durationMs, environment, traces });
  const result: RunResult = {
    whitewater: 1,
    run: request.run,
    ...judged,
    workload: workload.name,
    subject: request.subject.name,
    driver: request.driver.name,
    nodes: load.nodes,
    options: workload.options,
    seed: request.seed,
    bug: request.bug?.id ?? null,
    startedAt: startedAt.toISOString(),
    durationMs,
    repeat: request.repeat,
    droppedArrivals: load.droppedArrivals,
    skippedFaults: request.skippedFaults,
    interrupted: request.soft.aborted,
    provenance: {
      ...(await machineProvenance(request.projectRoot)),
      ...driven.provenance,
      ...load.machine,
      "reads the wall clock": request.subject.readsWallClock ? "yes" : "no, nothing it decides",
    },
  };
  await dropMessages(runDir, result);
  onProgress("writing the report");
  const unwritten = await writeAll(runDir, load.schedule, result);
  return { ...result, environment: [...result.environment, ...unwritten] };
}

/** The nodes after the history: of what they recorded, more is kept where a client was told something wrong. */
async function checkAll(request: RunRequest, driven: Driven): Promise<CheckerResult[]> {
  const { ops } = driven.load;
  const checks = await checkHistory(request, ops);
  const nodes = await checkNodes(request, driven, namedMoments(checks, ops));
  return [...checks, ...nodes, ...checkExits(driven.load)];
}

/** In a worker, within limits of time and memory; given up on the second Ctrl-C. */
async function checkHistory(request: RunRequest, ops: readonly Op[]): Promise<CheckerResult[]> {
  if (request.hard.aborted) return [];
  const checks = runChecks({
    ops,
    checks: request.workload.check,
    timeoutMs: checkTimeoutMs,
    memoryBytes: checkMemoryBytes,
  });
  return Promise.race([checks, givenUp(request.hard)]);
}

/** What the nodes themselves have recorded, where the subject records what can be checked. */
async function checkNodes(
  request: RunRequest,
  driven: Driven,
  moments: readonly Moment[],
): Promise<CheckerResult[]> {
  const { subject, runDir, hard } = request;
  if (!subject.tracesRaft || hard.aborted || driven.collectedNs === undefined) return [];
  const { nodes } = driven.load;
  return [await checkTraces({ runDir, nodes, untilNs: driven.collectedNs, moments })];
}

/** Nodes that ended by themselves; nothing is said of those that the machine ended. */
function checkExits({ exits, ops }: Load): CheckerResult[] {
  const byThemselves = exits.filter(({ isEnvironment }) => !isEnvironment);
  return byThemselves.length === 0 ? [] : [exitsResult(byThemselves, { isUp: ops.length > 0 })];
}

/** An anomaly is told with the roles of the nodes, where their traces can be read. */
async function tracesToTell(
  runDir: string,
  checks: readonly CheckerResult[],
): Promise<RunFiles["trace"]> {
  if (checks.every(({ verdict }) => verdict !== "invalid")) return {};
  return readTraces(runDir).catch(() => ({}));
}

/** Resolves without a result when the signal is aborted, at once if it was. */
function givenUp(signal: AbortSignal): Promise<CheckerResult[]> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve([]);
    else signal.addEventListener("abort", () => resolve([]), { once: true });
  });
}

/** Messages between nodes explain an anomaly: of a run without one they would only fill the disk. */
async function dropMessages(runDir: string, { verdict }: RunResult): Promise<void> {
  if (verdict === "invalid" || verdict === "unknown") return;
  await rm(join(runDir, "messages"), { recursive: true, force: true }).catch(() => undefined);
}

/** What could not be written: told, never thrown, so that it does not hide a verdict. */
async function writeAll(runDir: string, schedule: string, result: RunResult): Promise<string[]> {
  try {
    await writeFile(join(runDir, "schedule.yaml"), schedule);
    await writeResult(runDir, result);
    await writeReport(runDir);
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [`the report could not be written to ${runDir} (${reason}); the history is there`];
  }
}

async function withCluster(request: RunRequest, driver: Driver): Promise<Driven> {
  const { subject, workload, onProgress } = request;
  const originNs = Number(process.hrtime.bigint());
  const cluster = await driver.boot({
    run: request.run,
    subject: subject.name,
    programFile: subject.programFile,
    ...nodeBug(request.bug),
    nodes: nodeNames(workload.nodes),
    options: workload.options,
    needs: request.needs,
    originNs,
    seed: request.seed,
    onProgress,
    signal: request.soft,
  });
  const env = { clock: createClock(originNs), requester: cluster.requester };
  try {
    onProgress("waiting until every node answers and one leads");
    const options = { request, cluster, env, header: headerOf(request) };
    const signal = request.soft;
    const exits = await untilHealthy({
      cluster,
      subject,
      env,
      withinMs: healthyWithinMs,
      signal,
    });
    const load = exits.length === 0 ? await drive(options) : noLoad(options, exits);
    const collectedNs = env.clock.now();
    const downErrors = await takeDown(request, cluster);
    return { load, provenance: cluster.provenance, downErrors, collectedNs };
  } catch (error) {
    const downErrors = await takeDown(request, cluster);
    if (downErrors.length === 0) throw error;
    throw new AggregateError([error, ...downErrors], String(error));
  }
}

/** A bug of the client is planted where the client is opened. */
function nodeBug(bug: BugInfo | null): { readonly bugFile?: string } {
  return bug === null || bug.openClient !== null ? {} : { bugFile: bug.file };
}

/** Logs first, then removal; what went wrong is told, never thrown. */
async function takeDown(request: RunRequest, cluster: Cluster): Promise<string[]> {
  request.onProgress("collecting logs and traces");
  await cluster.collect(request.runDir);
  if (request.keep) {
    request.onProgress(`kept running: ${cluster.control.nodes.join(", ")}`);
    return [];
  }
  request.onProgress("taking the cluster down");
  try {
    await cluster.down();
    return [];
  } catch (error) {
    return [`clean-up failed: ${error instanceof Error ? error.message : String(error)}`];
  }
}

export function headerOf(request: RunRequest): HistoryHeader {
  return {
    whitewater: 1,
    run: request.run,
    seed: request.seed,
    subject: request.subject.name,
    model: request.model,
  };
}
