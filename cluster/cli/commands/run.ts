import { randomInt } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Command } from "commander";
import { openNow } from "../../../reports/campaign/now.ts";
import type { RunResult } from "../../../reports/result.ts";
import { createRunDir } from "../../../reports/store.ts";
import { suiteOfRun } from "../../../reports/twins/suite.ts";
import { loadWorkload, type Overrides } from "../../../workloads/load.ts";
import { describeAnomaly } from "../../live-check.ts";
import { type FullRegistries, loadRegistries, projectRoot } from "../../registry.ts";
import { type RunRequest, runTestbed } from "../../testbed.ts";
import { chooseDriver } from "../drivers.ts";
import { formatError } from "../errors.ts";
import { exitCodes, runExitCode } from "../exit-code.ts";
import { tellGitHub } from "../github.ts";
import { parseInteger, readNamed } from "../inputs.ts";
import { type Interrupt, watchInterrupts } from "../interrupt.ts";
import { createOutput, type Output, visiblePath } from "../output.ts";
import { type PlanFlags, planRun, type RunPlan, timestamp } from "../plan.ts";

/** Flags of `run`, as typed. */
type RunFlags = PlanFlags & {
  readonly driver: string;
  readonly seed?: string;
  readonly out?: string;
  readonly json?: boolean;
};

const seedMax = 2 ** 31 - 1;

export function addRunCommand(program: Command): void {
  program
    .command("run")
    .description("one run: boot, load, break, heal, check, report")
    .argument("<workload>", "a workload file, or the name of one in workloads/")
    .option("--subject <name>", "system under test (default: the workload's)")
    .option(
      "--driver <name>",
      "docker, process, sim, or auto: docker when an engine answers",
      "auto",
    )
    .option("--nodes <count>", "size of the cluster")
    .option(
      "--nemesis <schedule>",
      "instead of the workload's: a name in nemesis/schedules/, or a file, e.g. RUN_DIR/schedule.yaml",
    )
    .option("--duration <time>", "length of the load, e.g. 60s")
    .option("--seed <number>", "decides everything that is drawn (default: a new one)")
    .option("--bug <id>", "start the subject with one rule broken (whitewater list bugs)")
    .option("--out <folder>", "where the run goes (default: reports/runs/RUN)")
    .option("--image <name>", "docker: run nodes in this image as it is")
    .option("--base <name>", "docker: base to build the nodes' image on")
    .option("--keep", "leave the cluster running at the end")
    .option("--skip-unsupported", "leave out faults that the driver cannot do, and say so")
    .option("--json", "one JSON value on stdout")
    .addHelpText("after", "\nExample:\n  whitewater run workloads/kv-contended.yaml --seed 7")
    .action(async (workload: string, flags: RunFlags) => {
      process.exitCode = await runCommand(workload, flags);
    });
}

async function runCommand(name: string, flags: RunFlags): Promise<number> {
  const output = createOutput({ json: flags.json === true, ...process });
  const interrupt = watchInterrupts(output.note);
  try {
    const request = await prepareRun(name, flags, { output, interrupt });
    output.note(`seed ${request.seed}, run ${visiblePath(request.runDir)}`);
    const result = await watched(request, flags.nemesis ?? "own");
    announce(output, request, result);
    // A checker that was given up still works in its thread: nobody waits for it.
    if (interrupt.hard.aborted) process.exit(runExitCode(result));
    return runExitCode(result);
  } catch (error) {
    if (!interrupt.soft.aborted) throw error;
    // Where both hold, 130 goes before what went wrong on the way out.
    output.note(formatError(error));
    return exitCodes.interrupted;
  } finally {
    interrupt.dispose();
  }
}

/** Says in its folder what goes on, for whoever watches it (`whitewater serve`). */
async function watched(request: RunRequest, schedule: string): Promise<RunResult> {
  const { workload, driver, seed, bug, runDir } = request;
  const now = openNow(runDir, { kind: "run", name: request.run, total: 1 });
  now.begin({
    workload: workload.name,
    schedule,
    subject: workload.subject,
    bug: bug?.id ?? null,
    seed,
    driver: driver.name,
    loadMs: workload.durationMs,
  });
  try {
    return await runTestbed({
      ...request,
      onProgress: (line) => {
        now.progress(line);
        request.onProgress(line);
      },
      onAnomaly: (anomaly) => now.violation(describeAnomaly(anomaly)),
    });
  } finally {
    now.close();
  }
}

async function prepareRun(
  name: string,
  flags: RunFlags,
  { output, interrupt }: { readonly output: Output; readonly interrupt: Interrupt },
): Promise<RunRequest> {
  const registries = await withScheduleFile(await loadRegistries(), flags.nemesis);
  const { file, text } = await readNamed(name, "workloads");
  const workload = loadWorkload({ file, text, registries, overrides: overridesOf(flags) });
  const seed =
    flags.seed === undefined ? randomInt(seedMax) : parseInteger("--seed", flags.seed, 0, seedMax);
  const driver = await chooseDriver(flags.driver, flags, output.note);
  const plan = planRun({ workload, file, flags, registries, driver, seed });
  const where = flags.out === undefined ? {} : { out: flags.out };
  return {
    ...plan,
    runDir: await createRunDir({ run: folderOf(plan), ...where }),
    projectRoot,
    soft: interrupt.soft,
    hard: interrupt.hard,
    onProgress: output.progress,
    onNote: output.note,
  };
}

/** With the schedule of the user's file beside those of the project, when it is a file that is named. */
async function withScheduleFile(
  registries: FullRegistries,
  name: string | undefined,
): Promise<FullRegistries> {
  if (name === undefined || !/[./]/.test(name)) return registries;
  const { text } = await readNamed(name, "nemesis/schedules");
  return { ...registries, schedules: new Map([...registries.schedules, [name, text]]) };
}

/** A simulated run has the same id each time; its folder must be new nevertheless. */
function folderOf({ run, driver }: RunPlan): string {
  return driver.name === "sim" ? `${run}-${timestamp(new Date())}` : run;
}

function overridesOf(flags: RunFlags): Overrides {
  const { subject, nemesis, duration } = flags;
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(nemesis === undefined ? {} : { nemesis }),
    ...(duration === undefined ? {} : { duration }),
    ...(flags.nodes === undefined ? {} : { nodes: parseInteger("--nodes", flags.nodes, 1, 99) }),
  };
}

function announce(output: Output, request: RunRequest, result: RunResult): void {
  const report = relative(".", join(request.runDir, "report.html"));
  for (const problem of result.environment) output.note(`environment: ${problem}`);
  for (const fault of result.skippedFaults) output.note(`skipped: ${fault} (driver cannot do it)`);
  output.say(`${output.paint(result.verdict)}: ${result.sentence}`);
  for (const reason of result.vacuous) output.say(`  vacuous: ${reason}`);
  for (const { checker, verdict, summary } of result.checks) {
    output.say(`  ${checker}: ${verdict}, ${summary}`);
  }
  output.say(`report  ${visiblePath(report)}`);
  output.say(`repeat  ${result.repeat}`);
  output.json({
    verdict: result.verdict,
    sentence: result.sentence,
    report,
    runDir: relative(".", request.runDir),
    seed: result.seed,
    repeat: result.repeat,
    operations: result.operations,
    faults: result.faults,
  });
  const summary = join(request.runDir, "report.md");
  tellGitHub(suiteOfRun(result), existsSync(summary) ? readFileSync(summary, "utf8") : "", output);
}
