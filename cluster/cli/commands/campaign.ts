import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Command } from "commander";
import {
  type CampaignResult,
  type CampaignRun,
  campaignVerdict,
} from "../../../reports/campaign.ts";
import { renderCampaignPage } from "../../../reports/campaign-page.ts";
import type { RunResult } from "../../../reports/result.ts";
import { createRunDir } from "../../../reports/store.ts";
import { formatCampaignMarkdown } from "../../../reports/twins/campaign-markdown.ts";
import { suiteOfCampaign } from "../../../reports/twins/suite.ts";
import { writeCampaignTwins } from "../../../reports/twins/write.ts";
import { type CampaignRun as Cell, loadCampaign } from "../../../workloads/campaign.ts";
import { readWorkloads } from "../../../workloads/shipped.ts";
import { durationPattern, parseDurationMs } from "../../../workloads/units.ts";
import { type FullRegistries, loadRegistries, projectRoot } from "../../registry.ts";
import { type AnyDriver, runTestbed } from "../../testbed.ts";
import { chooseDriver } from "../drivers.ts";
import { errorExitCode, formatError, InputError } from "../errors.ts";
import { exitCodes, runExitCode, worstExitCode } from "../exit-code.ts";
import { tellGitHub } from "../github.ts";
import { readNamed } from "../inputs.ts";
import { type Interrupt, watchInterrupts } from "../interrupt.ts";
import { createOutput, type Output } from "../output.ts";
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
  const budgetMs = budgetOf(flags) ?? campaign.budgetMs ?? Number.POSITIVE_INFINITY;
  const driver = await chooseDriver(flags.driver, flags, output.note);
  const run = `${campaign.name}-${timestamp(new Date())}`;
  const folder = await createRunDir(flags.out === undefined ? { run } : { run, out: flags.out });
  await mkdir(join(folder, "runs"));

  const interrupt = watchInterrupts(output.note);
  const context = { flags, registries, driver, folder, output, interrupt };
  const startedAt = new Date();
  const startMs = performance.now();
  const runs: CampaignRun[] = [];
  const codes: number[] = [];
  const resultSoFar = (): CampaignResult => ({
    whitewater: 1,
    name: campaign.name,
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(performance.now() - startMs),
    runs,
  });
  try {
    for (const [at, cell] of campaign.runs.entries()) {
      output.note(`run ${at + 1} of ${campaign.runs.length}: ${nameOf(cell)}`);
      const isOver = performance.now() - startMs > budgetMs;
      let done: Done;
      if (interrupt.soft.aborted) done = skippedCell(cell, "interrupted");
      else if (isOver) done = skippedCell(cell, "the budget was spent");
      else done = await runCell(context, cell);
      runs.push(done.run);
      if (done.exitCode !== null) codes.push(done.exitCode);
      output.note(`  ${done.run.skipped ?? `${done.run.verdict}: ${done.run.sentence}`}`);
      // After every run: a campaign that is killed leaves what it did.
      await writeCampaign(folder, resultSoFar());
    }
  } finally {
    interrupt.dispose();
  }
  if (interrupt.soft.aborted) codes.push(exitCodes.interrupted);
  announce(output, folder, resultSoFar());
  return worstExitCode([exitCodes[campaignVerdict(resultSoFar())], ...codes]);
}

function announce(output: Output, folder: string, result: CampaignResult): void {
  const verdict = campaignVerdict(result);
  const index = relative(".", join(folder, "index.html"));
  const junit = relative(".", join(folder, "junit.xml"));
  output.say(`${output.paint(verdict)}: ${result.runs.length} runs`);
  output.say(`index  ${index}`);
  output.say(`junit  ${junit}`);
  output.json({ verdict, index, junit, runs: result.runs });
  tellGitHub(suiteOfCampaign(result), formatCampaignMarkdown(result), output);
}

type Done = { readonly run: CampaignRun; readonly exitCode: number | null };

/** One run. What the environment does to it is recorded; the next one begins nevertheless. */
async function runCell(context: Context, cell: Cell): Promise<Done> {
  const { flags, registries, driver, folder, output, interrupt } = context;
  const startMs = performance.now();
  const runDir = join(folder, "runs", nameOf(cell).replaceAll(" ", "-"));
  try {
    const request = planRun({
      workload: cell.workload,
      file: `workloads/${cell.workload.name}.yaml`,
      flags: { ...flags, ...(cell.schedule === "own" ? {} : { nemesis: cell.schedule }) },
      registries,
      driver,
      seed: cell.seed,
    });
    await createRunDir({ run: request.run, out: runDir });
    const result = await runTestbed({
      ...request,
      runDir,
      projectRoot,
      soft: interrupt.soft,
      hard: interrupt.hard,
      onProgress: output.progress,
    });
    return { run: finished(cell, result, relative(folder, runDir)), exitCode: runExitCode(result) };
  } catch (error) {
    if (error instanceof InputError) return skippedCell(cell, error.message);
    output.note(formatError(error));
    const reason = error instanceof Error ? error.message : String(error);
    const durationMs = Math.round(performance.now() - startMs);
    const run = { ...emptyRun(cell), durationMs, sentence: reason, environment: reason };
    return { run, exitCode: interrupt.soft.aborted ? exitCodes.interrupted : errorExitCode(error) };
  }
}

function finished(cell: Cell, result: RunResult, runDir: string): CampaignRun {
  const { verdict, sentence, durationMs, operations, environment } = result;
  return {
    ...emptyRun(cell),
    ...{ verdict, sentence, runDir, durationMs, operations },
    ...(environment.length === 0 ? {} : { environment: environment.join("; ") }),
  };
}

function skippedCell(cell: Cell, reason: string): Done {
  return { run: { ...emptyRun(cell), skipped: reason }, exitCode: null };
}

function emptyRun({ workload, schedule, seed }: Cell): CampaignRun {
  return {
    workload: workload.name,
    schedule,
    seed,
    verdict: "unknown",
    sentence: "",
    runDir: null,
    durationMs: 0,
    operations: { ok: 0, fail: 0, info: 0 },
  };
}

async function writeCampaign(folder: string, result: CampaignResult): Promise<void> {
  await writeFile(join(folder, "campaign.json"), `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(join(folder, "index.html"), renderCampaignPage(result));
  await writeCampaignTwins(folder, result);
}

function nameOf({ workload, schedule, seed }: Cell): string {
  return `${workload.name} ${schedule} ${seed}`;
}

function budgetOf({ budget }: CampaignFlags): number | undefined {
  if (budget === undefined) return undefined;
  if (new RegExp(durationPattern).test(budget)) return parseDurationMs(budget);
  throw new InputError(`--budget takes a time with its unit, e.g. 8h, got ${budget}`);
}
