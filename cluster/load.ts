import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { HistoryHeader, Op } from "porcupine-ts";
import { readHistory } from "porcupine-ts/node";
import { type Nemesis, startNemesis } from "../nemesis/actor.ts";
import { type FaultRecord, faultRecords } from "../nemesis/record.ts";
import { formatScript, resolvedScript } from "../nemesis/script.ts";
import { createGenerator } from "../workloads/generator.ts";
import { createInterpreter, type Interpreter } from "../workloads/interpreter.ts";
import { openJournalFile } from "../workloads/journal-file.ts";
import { createRecorder, type Journal } from "../workloads/recorder.ts";
import type { Cluster } from "./control.ts";
import type { ClientEnv, NodeName } from "./env/env.ts";
import { createRng } from "./env/rng.ts";
import { type MachineWatch, watchMachine } from "./machine.ts";
import type { RunRequest } from "./testbed.ts";

/** What the load phase leaves, read back from the history on disk. */
export type Load = {
  readonly ops: readonly Op[];
  readonly records: readonly FaultRecord[];
  readonly nodes: readonly NodeName[];
  /** The faults as they went: text of `schedule.yaml`. */
  readonly schedule: string;
  readonly droppedArrivals: number;
  /** Exits that no fault asked for, one sentence each. */
  readonly unexpectedExits: readonly string[];
  /** Figures about this machine, for provenance. */
  readonly machine: Readonly<Record<string, string>>;
};

const probeTimeoutMs = 500;

export type LoadOptions = {
  readonly request: RunRequest;
  readonly cluster: Cluster;
  readonly env: ClientEnv;
  readonly header: HistoryHeader;
};

/**
 * Runs the workload with its nemesis against a healthy cluster: load, heal, settle, final reads.
 *
 * Ends early, in the same order, when a signal is aborted or the history cannot be written any
 * more (then throws that error, with everything healed).
 */
export async function drive(options: LoadOptions): Promise<Load> {
  const { request, cluster, header } = options;
  const historyFile = join(request.runDir, "history.jsonl");
  const journal = openJournalFile(historyFile, header);
  const players = gatherPlayers(options, journal);
  let machine = {};
  try {
    await runPhases(request, players);
  } finally {
    await new Promise<void>((resolve) => players.nemesis.stop(resolve));
    players.interpreter.close();
    machine = players.machine.stop();
    journal.close();
  }
  if (players.failure.error !== null) throw players.failure.error;

  const { ops } = await readHistory(historyFile);
  return {
    ops,
    records: faultRecords(ops),
    nodes: cluster.control.nodes,
    schedule: formatScript(resolvedScript(players.nemesis.records())),
    droppedArrivals: players.interpreter.counts().droppedArrivals,
    unexpectedExits: cluster
      .unexpectedExits()
      .map(({ node, reason }) => `${node} exited although no fault asked for it: ${reason}`),
    machine,
  };
}

/** Everyone who acts during the load, on one recorder. */
type Players = {
  readonly interpreter: Interpreter;
  readonly nemesis: Nemesis;
  readonly machine: MachineWatch;
  /** Why the history could not be written on, once that happened. */
  readonly failure: { error: Error | null };
};

function gatherPlayers({ request, cluster, env }: LoadOptions, journal: Journal): Players {
  const { workload, subject, model } = request;
  const rng = createRng(request.seed);
  const failure: Players["failure"] = { error: null };
  const recorder = createRecorder({
    clock: env.clock,
    originNs: 0,
    journal,
    onFailure: (error) => {
      failure.error = error;
      interpreter.stop();
    },
  });
  const interpreter = createInterpreter({
    workload,
    generator: createGenerator(workload, model, rng.fork("workload")),
    clock: env.clock,
    originNs: 0,
    rng: rng.fork("arrivals"),
    openClient: (process, thread) =>
      subject.openClient(model, {
        env,
        nodes: cluster.control.nodes,
        process,
        thread,
        route: workload.route,
        seed: `${request.seed}/client/${process}`,
        timeoutMs: workload.timeoutMs,
      }),
    record: recorder.record,
  });
  const nemesis = startNemesis({
    spec: workload.nemesis,
    durationMs: workload.durationMs,
    rng: rng.fork("nemesis"),
    faults: request.faults,
    control: cluster.control,
    clock: env.clock,
    status: (node, done) => subject.status(env, node, probeTimeoutMs, done),
    record: recorder.record,
    onProgress: request.onProgress,
  });
  const machine = watchMachine((ms) =>
    recorder.record({ process: "nemesis", type: "info", f: "stall", value: { ms } }),
  );
  return { interpreter, nemesis, machine, failure };
}

async function runPhases(request: RunRequest, players: Players): Promise<void> {
  const { workload, soft, onProgress } = request;
  const { interpreter, nemesis, failure } = players;
  const onInterrupt = (): void => interpreter.stop();
  soft.addEventListener("abort", onInterrupt, { once: true });
  const ticker = showProgress(request, interpreter.counts);
  try {
    const loaded = new Promise<void>((resolve) => interpreter.start(resolve));
    if (soft.aborted) interpreter.stop();
    await loaded;
    onProgress("healing");
    await new Promise<void>((resolve) => nemesis.stop(resolve));
    if (soft.aborted || failure.error !== null) return;
    await sleep(workload.after.settleMs, undefined, { signal: soft }).catch(ignoreAbort);
    if (!workload.after.readEveryKey) return;
    onProgress("reading every key");
    await new Promise<void>((resolve) => interpreter.runFinalReads(resolve));
  } finally {
    clearInterval(ticker);
    soft.removeEventListener("abort", onInterrupt);
  }
}

function showProgress(
  { workload, onProgress }: RunRequest,
  counts: () => { ok: number; fail: number; info: number },
): NodeJS.Timeout {
  const startMs = performance.now();
  const everyMs = process.stderr.isTTY === true ? 500 : 10_000;
  return setInterval(() => {
    const { ok, fail, info } = counts();
    const seconds = Math.round((performance.now() - startMs) / 1000);
    const total = Math.round(workload.durationMs / 1000);
    onProgress(`${seconds} s of ${total} s: ${ok} ok, ${fail} fail, ${info} info`);
  }, everyMs);
}

/** An interrupted wait is over: what follows looks at the signal itself. */
function ignoreAbort(error: Error): void {
  if (error.name !== "AbortError") throw error;
}
