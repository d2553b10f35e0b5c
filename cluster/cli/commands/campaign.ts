import { mkdir } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Command } from "commander";
import { cellKey } from "../../../reports/campaign/cells.ts";
import { appendToLedger } from "../../../reports/campaign/ledger.ts";
import { type NowWriter, openNow } from "../../../reports/campaign/now.ts";
import { readEarlierNights } from "../../../reports/campaign/read-campaign.ts";
import { readDigest } from "../../../reports/campaign/read-digest.ts";
import { campaignWriter } from "../../../reports/campaign/write-campaign.ts";
import {
  type CampaignResult,
  type CampaignRun,
  type CellName,
  campaignVerdict,
  type PlannedCell,
} from "../../../reports/campaign.ts";
import type { RunResult } from "../../../reports/result.ts";
import { createRunDir } from "../../../reports/store.ts";
import { formatCampaignMarkdown } from "../../../reports/twins/campaign-markdown.ts";
import { suiteOfCampaign } from "../../../reports/twins/suite.ts";
import { type CampaignRun as Cell, loadCampaign } from "../../../workloads/campaign.ts";
import { readWorkloads } from "../../../workloads/shipped.ts";
import { durationPattern, parseDurationMs } from "../../../workloads/units.ts";
import { describeAnomaly } from "../../live-check.ts";
import { type FullRegistries, loadRegistries, projectRoot } from "../../registry.ts";
import { type AnyDriver, runTestbed } from "../../testbed.ts";
import { chooseDriver } from "../drivers.ts";
import { errorExitCode, formatError, InputError } from "../errors.ts";
import { exitCodes, runExitCode, worstExitCode } from "../exit-code.ts";
import { tellGitHub } from "../github.ts";
import { lookUp, readNamed } from "../inputs.ts";
import { type Interrupt, watchInterrupts } from "../interrupt.ts";
import { createOutput, type Output, visiblePath } from "../output.ts";
import { planRun, timestamp } from "../plan.ts";

type CampaignFlags = {
  readonly driver: string;
  readonly budget?: string;
  readonly out?: string;
  readonly image?: string;
  readonly base?: string;
  readonly skipUnsupported?: boolean;
  readonly json?: boolean;
};

export function addCampaignCommand(program: Command): void {
  program
    .command("campaign")
    .description("many runs: a matrix of workloads, schedules and seeds; index page and JUnit")
    .argument("<file>", "a campaign file, or the name of one in workloads/campaigns/")
    .option(
      "--driver <name>",
      "docker, process, sim, or auto: docker when an engine answers",
      "auto",
    )
    .option("--budget <time>", "begin no run after this long, e.g. 8h (default: the file's)")
    .option("--out <folder>", "where the campaign goes (default: reports/runs/CAMPAIGN)")
    .option("--image <name>", "docker: run nodes in this image as it is")
    .option("--base <name>", "docker: base to build the nodes' image on")
    .option("--skip-unsupported", "leave out faults that the driver cannot do, and say so")
    .option("--json", "one JSON value on stdout")
    .addHelpText("after", "\nExample:\n  whitewater campaign workloads/campaigns/smoke.yaml")
    .action(async (file: string, flags: CampaignFlags) => {
      process.exitCode = await campaignCommand(file, flags);
    });
}

/** All that the runs of one campaign share. */
type Context = {
  readonly flags: CampaignFlags;
  readonly registries: FullRegistries;
  readonly driver: AnyDriver;
  readonly folder: string;
  readonly output: Output;
  readonly interrupt: Interrupt;
  readonly now: NowWriter;
};

async function campaignCommand(name: string, flags: CampaignFlags): Promise<number> {
  const output = createOutput({ json: flags.json === true, ...process });
  const registries = await loadRegistries();
  const named = await readNamed(name, "workloads/campaigns");
  const campaign = loadCampaign({
    ...named,
    registries,
    workloads: readWorkloads(join(projectRoot, "workloads")),
  });
  rejectUnknownBugs(campaign.runs, registries);
  const budgetMs = budgetOf(flags) ?? campaign.budgetMs ?? Number.POSITIVE_INFINITY;
  const driver = await chooseDriver(flags.driver, flags, output.note);
  const run = `${campaign.name}-${timestamp(new Date())}`;
  const folder = await createRunDir(flags.out === undefined ? { run } : { run, out: flags.out });
  await mkdir(join(folder, "runs"));

  const interrupt = watchInterrupts(output.note);
  const { name: campaignName, runs: cells } = campaign;
  const now = openNow(folder, { kind: "campaign", name: campaignName, total: cells.length });
  const context = { flags, registries, driver, folder, output, interrupt, now };
  const startedAt = new Date().toISOString();
  const startMs = performance.now();
  const runs: CampaignRun[] = [];
  const codes: number[] = [];
  const resultSoFar = (): CampaignResult => ({
    whitewater: 1,
    name: campaignName,
    startedAt,
    durationMs: Math.round(performance.now() - startMs),
    planned: plannedCells(cells),
    runs,
  });
  const earlier = await readEarlierNights(folder, resultSoFar());
  const write = campaignWriter(folder, earlier);
  try {
    await write(resultSoFar(), true);
    for (const [at, cell] of cells.entries()) {
      output.note(`run ${at + 1} of ${cells.length}: ${nameOf(cell)}`);
      const isOver = performance.now() - startMs > budgetMs;
      let done: Done;
      if (interrupt.soft.aborted) done = skippedCell(cell, driver, "interrupted");
      else if (isOver) done = skippedCell(cell, driver, "the budget was spent");
      else done = await runCell(context, cell);
      runs.push(done.run);
      appendToLedger(folder, done.run);
      now.end();
      if (done.exitCode !== null) codes.push(done.exitCode);
      output.note(`  ${done.run.skipped ?? `${done.run.verdict}: ${done.run.sentence}`}`);
      await write(resultSoFar(), at === cells.length - 1);
    }
  } finally {
    now.close();
    interrupt.dispose();
  }
  if (interrupt.soft.aborted) codes.push(exitCodes.interrupted);
  announce(output, folder, resultSoFar());
  return worstExitCode([exitCodes[campaignVerdict(resultSoFar())], ...codes]);
}

/** A bug that one subject of the matrix has is left out where it runs on another. */
function rejectUnknownBugs(cells: readonly Cell[], { subjects }: FullRegistries): void {
  const tested = new Set(cells.map(({ workload }) => workload.subject));
  const known = [...tested].flatMap((name) => subjects.get(name)?.bugs ?? []);
  const ids = new Map(known.map((bug) => [bug.id, bug]));
  for (const { bug } of cells) {
    if (bug !== null) lookUp(`planted bug of ${[...tested].join(", ")}`, bug, ids);
  }
}

function announce(output: Output, folder: string, result: CampaignResult): void {
  const verdict = campaignVerdict(result);
  const index = relative(".", join(folder, "index.html"));
  const junit = relative(".", join(folder, "junit.xml"));
  output.say(`${output.paint(verdict)}: ${result.runs.length} runs`);
  output.say(`index  ${visiblePath(index)}`);
  output.say(`junit  ${visiblePath(junit)}`);
  output.json({ verdict, index, junit, runs: result.runs });
  tellGitHub(suiteOfCampaign(result), formatCampaignMarkdown(result), output);
}

type Done = { readonly run: CampaignRun; readonly exitCode: number | null };

/** One run. What the environment does to it is recorded; the next one begins nevertheless. */
async function runCell(context: Context, cell: Cell): Promise<Done> {
  const { flags, registries, driver, folder, output, interrupt, now } = context;
  const startMs = performance.now();
  const runDir = join(folder, "runs", nameOf(cell).replaceAll(" ", "-"));
  try {
    const request = planRun({
      workload: cell.workload,
      file: `workloads/${cell.workload.name}.yaml`,
      flags: { ...flags, ...flagsOf(cell) },
      registries,
      driver,
      seed: cell.seed,
    });
    await createRunDir({ run: request.run, out: runDir });
    now.begin({
      ...cellNameOf(cell),
      seed: cell.seed,
      driver: driver.name,
      loadMs: cell.workload.durationMs,
    });
    const result = await runTestbed({
      ...request,
      runDir,
      projectRoot,
      soft: interrupt.soft,
      hard: interrupt.hard,
      onProgress: (line) => {
        now.progress(line);
        output.progress(line);
      },
      onNote: output.note,
      onAnomaly: (anomaly) => now.violation(describeAnomaly(anomaly)),
    });
    const digest = await readDigest(runDir, result);
    const run = { ...finished(cell, driver, result), runDir: relative(folder, runDir), digest };
    return { run, exitCode: runExitCode(result) };
  } catch (error) {
    if (error instanceof InputError) return skippedCell(cell, driver, error.message);
    output.note(formatError(error));
    const reason = error instanceof Error ? error.message : String(error);
    const durationMs = Math.round(performance.now() - startMs);
    const run = { ...emptyRun(cell, driver), durationMs, sentence: reason, environment: reason };
    return { run, exitCode: interrupt.soft.aborted ? exitCodes.interrupted : errorExitCode(error) };
  }
}

function finished(cell: Cell, driver: AnyDriver, result: RunResult): CampaignRun {
  const { verdict, sentence, durationMs, operations, environment, startedAt } = result;
  return {
    ...emptyRun(cell, driver),
    ...{ verdict, sentence, durationMs, operations, startedAt },
    ...(environment.length === 0 ? {} : { environment: environment.join("; ") }),
  };
}

function skippedCell(cell: Cell, driver: AnyDriver, reason: string): Done {
  return { run: { ...emptyRun(cell, driver), skipped: reason }, exitCode: null };
}

function emptyRun(cell: Cell, driver: AnyDriver): CampaignRun {
  return {
    ...cellNameOf(cell),
    driver: driver.name,
    seed: cell.seed,
    verdict: "unknown",
    sentence: "",
    runDir: null,
    durationMs: 0,
    operations: { ok: 0, fail: 0, info: 0 },
  };
}

function cellNameOf({ workload, schedule, bug }: Cell): CellName {
  return { workload: workload.name, schedule, subject: workload.subject, bug };
}

function plannedCells(cells: readonly Cell[]): PlannedCell[] {
  const planned = new Map<string, PlannedCell>();
  for (const cell of cells) {
    const name = cellNameOf(cell);
    const key = cellKey(name);
    planned.set(key, { ...name, runs: (planned.get(key)?.runs ?? 0) + 1 });
  }
  return [...planned.values()];
}

function flagsOf({ schedule, bug }: Cell): { nemesis?: string; bug?: string } {
  return {
    ...(schedule === "own" ? {} : { nemesis: schedule }),
    ...(bug === null ? {} : { bug }),
  };
}

/** Unique in a campaign: the name of a run's folder is made of it. */
function nameOf({ workload, schedule, bug, seed }: Cell): string {
  const words = [workload.name, workload.subject, schedule, ...(bug === null ? [] : [bug]), seed];
  return words.join(" ");
}

function budgetOf({ budget }: CampaignFlags): number | undefined {
  if (budget === undefined) return undefined;
  if (new RegExp(durationPattern).test(budget)) return parseDurationMs(budget);
  throw new InputError(`--budget takes a time with its unit, e.g. 8h, got ${budget}`);
}
