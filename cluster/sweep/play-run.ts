import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Anomaly, HistoryHeader } from "porcupine-ts";
import { openJournalFile } from "../../workloads/journal-file.ts";
import { assertSame } from "../sim/divergence.ts";
import { checkSimulated } from "../sim/outcome.ts";
import { drawSimulation, type SimPlan } from "../sim/plan.ts";
import { type Simulated, simulate } from "../sim/run.ts";
import type { Driven } from "../testbed.ts";
import { watchRun } from "./live-run.ts";

/** Where one run goes, and who watches it. */
export type RunOrder = {
  readonly seed: number;
  readonly runDir: string;
  readonly header: HistoryHeader;
  /** Once it says so the run ends early, in order. */
  readonly isInterrupted: () => boolean;
  readonly onProgress: (line: string) => void;
  /** What the clients' answers show already while it is played. */
  readonly onAnomaly?: (anomaly: Anomaly) => void;
};

/** Plays, writes and checks one run. Throws a `DivergenceError` when its repetition is another run. */
export function playRun(plan: SimPlan, order: RunOrder): Driven {
  const simulated = playTwice(plan, order);
  writeRun(order, simulated);
  const { virtualNs, events, elections } = simulated.stats;
  return {
    load: simulated.load,
    durationMs: Math.round(virtualNs / 1e6),
    provenance: { time: "virtual", events: String(events), elections: String(elections) },
    downErrors: [],
    checks: checkSimulated(plan, simulated),
  };
}

/** A run that cannot be repeated exactly is worth nothing. */
function playTwice(plan: SimPlan, order: RunOrder): Simulated {
  const { seed, isInterrupted, onProgress, onAnomaly = () => undefined } = order;
  const how = { keepsTrace: true, isInterrupted };
  const live = watchRun(plan.workload, onAnomaly);
  const one = simulate(drawSimulation(plan, seed, { ...how, onProgress, listener: live.journal }));
  live.stop();
  if (isInterrupted()) return one;
  onProgress("playing it again");
  const silent = (): void => undefined;
  const other = simulate(drawSimulation(plan, seed, { ...how, onProgress: silent }));
  // Of two that were not played to their ends nothing follows.
  if (!isInterrupted()) assertSame(seed, one, other);
  return one;
}

function writeRun({ runDir, header }: RunOrder, { load, traces, logs, messages }: Simulated): void {
  const journal = openJournalFile(join(runDir, "history.jsonl"), header);
  for (const op of load.ops) journal.append(op);
  journal.close();
  for (const [folder, extension, texts] of [
    ["trace", "jsonl", traces],
    ["logs", "log", logs],
    ["messages", "jsonl", messages],
  ] as const) {
    mkdirSync(join(runDir, folder));
    for (const [node, lines] of texts) {
      writeFileSync(join(runDir, folder, `${node}.${extension}`), `${lines.join("\n")}\n`);
    }
  }
}
