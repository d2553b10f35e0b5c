import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openJournalFile } from "../../workloads/journal-file.ts";
import { capabilities } from "../sim/control.ts";
import { assertSame } from "../sim/divergence.ts";
import { checkSimulated } from "../sim/outcome.ts";
import { drawSimulation } from "../sim/plan.ts";
import { type Simulated, simulate } from "../sim/run.ts";
import { type Driven, headerOf, type RunRequest, type Simulator } from "../testbed.ts";
import { loadProgram } from "./load-program.ts";

/** Plays a run in virtual time, in this process. */
export function simDriver(): Simulator {
  return { name: "sim", capabilities, drive };
}

/** Twice: a run that cannot be repeated exactly is worth nothing. */
async function drive(request: RunRequest): Promise<Driven> {
  const { seed, runDir, onProgress } = request;
  const program = await loadProgram(request.subject, request.bug);
  const plan = { ...request, program };
  const one = simulate(drawSimulation(plan, seed, { keepsTrace: true, onProgress }));
  onProgress("playing it again");
  const silent = (): void => undefined;
  assertSame(
    seed,
    one,
    simulate(drawSimulation(plan, seed, { keepsTrace: true, onProgress: silent })),
  );
  writeRun(runDir, request, one);
  return {
    load: one.load,
    durationMs: Math.round(one.stats.virtualNs / 1e6),
    provenance: {
      time: "virtual",
      events: String(one.stats.events),
      elections: String(one.stats.elections),
    },
    downErrors: [],
    checks: checkSimulated(plan, one),
  };
}

function writeRun(runDir: string, request: RunRequest, { load, traces, logs }: Simulated): void {
  const journal = openJournalFile(join(runDir, "history.jsonl"), headerOf(request));
  for (const op of load.ops) journal.append(op);
  journal.close();
  for (const [folder, extension, texts] of [
    ["trace", "jsonl", traces],
    ["logs", "log", logs],
  ] as const) {
    mkdirSync(join(runDir, folder));
    for (const [node, lines] of texts) {
      writeFileSync(join(runDir, folder, `${node}.${extension}`), `${lines.join("\n")}\n`);
    }
  }
}
