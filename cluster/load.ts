import { join } from "node:path";
import type { HistoryHeader, Op } from "porcupine-ts";
import { readHistory } from "porcupine-ts/node";
import { type FaultRecord, faultRecords } from "../nemesis/record.ts";
import { formatScript, resolvedScript } from "../nemesis/script.ts";
import { openJournalFile } from "../workloads/journal-file.ts";
import { nemesisLine } from "../workloads/recorder.ts";
import { checkOption } from "../workloads/workload-model.ts";
import type { Cluster } from "./control.ts";
import type { ClientEnv, NodeName } from "./env/env.ts";
import type { ProcessExit } from "./exits.ts";
import { tellAnomaly, watchJournal } from "./live-check.ts";
import { demandLiveness } from "./liveness.ts";
import { watchMachine } from "./machine.ts";
import { voterNames } from "./node-names.ts";
import { runPhases } from "./phases.ts";
import { gatherPlayers, type Players } from "./players.ts";
import type { RunRequest } from "./testbed.ts";

/** What the load phase leaves, read back from the history on disk. */
export type Load = {
  readonly ops: readonly Op[];
  readonly records: readonly FaultRecord[];
  readonly nodes: readonly NodeName[];
  /** The faults as they went: text of `schedule.yaml`. */
  readonly schedule: string;
  readonly droppedArrivals: number;
  /** Exits of processes that no fault asked for. */
  readonly exits: readonly ProcessExit[];
  /** Figures about this machine, for provenance. */
  readonly machine: Readonly<Record<string, string>>;
};

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
  const live = watchJournal({
    workload: request.workload,
    journal,
    onAnomaly: (anomaly) => tellAnomaly(request, anomaly),
  });
  const players = gatherPlayers({
    play: request,
    control: cluster.control,
    env: options.env,
    journal: live.journal,
  });
  const watch = watchMachine(cluster.pids, (stall) =>
    players.recorder.record(nemesisLine("stall", stall)),
  );
  let machine = {};
  try {
    await runUntilEnd(options, players);
  } finally {
    await new Promise<void>((resolve) => players.nemesis.stop(resolve));
    players.interpreter.close();
    machine = watch.stop();
    live.stop();
    journal.close();
  }
  if (players.failure.error !== null) throw players.failure.error;

  const { ops } = await readHistory(historyFile);
  return {
    ops,
    records: faultRecords(ops),
    nodes: cluster.control.nodes,
    schedule: formatScript(resolvedScript(players.nemesis.records()), request.workload.nemesis),
    droppedArrivals: players.interpreter.counts().droppedArrivals,
    exits: cluster.unexpectedExits(),
    machine,
  };
}

/** What there is of a run whose nodes ended by themselves before a client could ask them anything. */
export function noLoad(
  { request, cluster, header }: LoadOptions,
  exits: readonly ProcessExit[],
): Load {
  openJournalFile(join(request.runDir, "history.jsonl"), header).close();
  const { nodes } = cluster.control;
  for (const { node, reason } of exits) {
    request.onProgress(`${node} ended by itself while it started: ${reason}`);
  }
  return {
    ops: [],
    records: [],
    nodes,
    schedule: formatScript([], request.workload.nemesis),
    droppedArrivals: 0,
    exits: [...exits, ...cluster.unexpectedExits()],
    machine: {},
  };
}

async function runUntilEnd({ request, env }: LoadOptions, players: Players): Promise<void> {
  const { workload, subject, soft, onProgress } = request;
  const { interpreter, recorder } = players;
  const isOver = (): boolean => soft.aborted;
  const ticker = showProgress(request, interpreter.counts);
  let end = (): void => undefined;
  try {
    await new Promise<void>((resolve) => {
      const phases = runPhases(
        {
          players,
          workload,
          clock: env.clock,
          demandLiveness: (done) =>
            demandLiveness(
              {
                core: voterNames(workload),
                subject,
                env,
                interpreter,
                record: recorder.record,
                withinMs: checkOption(workload, "liveness", "withinMs", 10_000),
                isOver,
              },
              done,
            ),
          isOver,
          onProgress,
        },
        resolve,
      );
      end = phases.end;
      soft.addEventListener("abort", end, { once: true });
      if (soft.aborted) end();
    });
  } finally {
    clearInterval(ticker);
    soft.removeEventListener("abort", end);
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
