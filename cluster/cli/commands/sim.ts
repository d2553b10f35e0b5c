import { availableParallelism } from "node:os";
import type { Command } from "commander";
import type { Verdict } from "porcupine-ts";
import { loadWorkload } from "../../../workloads/load.ts";
import { loadRegistries } from "../../registry.ts";
import { simDriver } from "../../sweep/driver.ts";
import { playInWorkers } from "../../sweep/pool.ts";
import { type SweepSummary, summarize } from "../../sweep/summary.ts";
import type { SeedResult, SweepSpec } from "../../sweep/sweep.ts";
import { InputError } from "../errors.ts";
import { exitCodes, worstExitCode } from "../exit-code.ts";
import { parseInteger, readNamed } from "../inputs.ts";
import { watchInterrupts, wordsOfSweep } from "../interrupt.ts";
import { createOutput, type Output } from "../output.ts";
import { planRun, repeatCommand } from "../plan.ts";

type SimFlags = {
  readonly seeds: string;
  readonly jobs?: string;
  readonly bug?: string;
  readonly verify?: boolean;
  readonly json?: boolean;
};

const seedMax = 2 ** 31 - 1;
const seedsMax = 10_000_000;
/** More runs that proved nothing than this say that the sweep did not do its work. */
const vacuousPercentMax = 2;
const seedsShownMax = 10;

export function addSimCommand(program: Command): void {
  program
    .command("sim")
    .description("many simulated runs: virtual time, one seed each, exactly repeatable")
    .argument("[workload]", "a workload file, or the name of one in workloads/", "sim-default")
    .option("--seeds <A..B>", "seeds to play, both ends included", "1..100")
    .option("--jobs <count>", "worker threads (default: one a core)")
    .option("--bug <id>", "start the subject with one rule broken (whitewater list bugs)")
    .option("--verify", "play each seed twice more and compare; failures always are")
    .option("--json", "one JSON value on stdout")
    .addHelpText(
      "after",
      `
Exit code: by the worst failure (1 invalid, 2 unknown, 70 an error of ours or two runs of one seed
that differ), 3 when more than ${vacuousPercentMax} % of the runs proved nothing, else 0.

Example:
  whitewater sim --seeds 1..1000 --jobs 2`,
    )
    .action(async (workload: string, flags: SimFlags) => {
      process.exitCode = await simCommand(workload, flags);
    });
}

async function simCommand(name: string, flags: SimFlags): Promise<number> {
  const output = createOutput({ json: flags.json === true, ...process });
  const { from, to } = parseSeeds(flags.seeds);
  const jobs = Math.min(jobsOf(flags), to - from + 1);
  const registries = await loadRegistries();
  const { file, text } = await readNamed(name, "workloads");
  const workload = loadWorkload({ file, text, registries });
  const driver = simDriver();
  const plan = planRun({ workload, file, flags, registries, driver, seed: from });
  const spec = {
    workloads: [plan.workload],
    bug: plan.bug?.id ?? null,
    repeats: flags.verify === true ? "all" : "failures",
  } satisfies SweepSpec;
  const repeat = (seed: number): string => repeatCommand({ file, flags, driver, seed });

  const interrupt = watchInterrupts(output.note, wordsOfSweep);
  const results: SeedResult[] = [];
  let seed = from;
  const next = (): number | undefined => (seed > to || interrupt.soft.aborted ? undefined : seed++);
  const onResult = (result: SeedResult): void => {
    results.push(result);
    showProgress(output, results, to - from + 1);
  };
  try {
    // Never here: a run holds its thread, which would be deaf to signals.
    await playInWorkers({ spec, jobs, next, onResult, hard: interrupt.hard });
  } finally {
    interrupt.dispose();
  }
  // One that came after the last run changes nothing.
  const isPartial = results.length <= to - from;
  const summary: SweepSummary = {
    ...summarize(results, { jobs, repeat }),
    ...(isPartial && { interrupted: true }),
  };
  announce(output, summary, to - from + 1);
  return worstExitCode([...codesOf(summary), ...(isPartial ? [exitCodes.interrupted] : [])]);
}

function codesOf({ runs, verdicts, failures }: SweepSummary): number[] {
  const codes = failures.map(({ verdict }) =>
    verdict === "error" ? exitCodes.ourBug : exitCodes[verdict],
  );
  const isIdle = verdicts.vacuous * 100 > runs * vacuousPercentMax;
  return [...codes, isIdle ? exitCodes.vacuous : exitCodes.valid];
}

function parseSeeds(text: string): { readonly from: number; readonly to: number } {
  const [, first, last] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  const expected = `--seeds takes a range like 1..200 in 0..${seedMax}`;
  if (first === undefined || last === undefined) throw new InputError(`${expected}, got ${text}`);
  const [from, to] = [Number(first), Number(last)];
  if (from > to || to > seedMax) throw new InputError(`${expected}, low to high, got ${text}`);
  if (to - from >= seedsMax) {
    throw new InputError(`--seeds takes at most ${seedsMax} seeds, got ${text}`);
  }
  return { from, to };
}

function jobsOf({ jobs }: SimFlags): number {
  return jobs === undefined ? availableParallelism() : parseInteger("--jobs", jobs, 1, 256);
}

function showProgress(output: Output, results: readonly SeedResult[], of: number): void {
  const { length } = results;
  const last = results[length - 1];
  if (last !== undefined && "error" in last) output.note(`seed ${last.seed}: ${last.error}`);
  else if (last?.verdict === "invalid" || last?.verdict === "unknown") {
    output.note(`seed ${last.seed}: ${last.verdict}: ${last.sentence}`);
  }
  const isDue = length % (process.stderr.isTTY === true ? 10 : 1000) === 0;
  if (isDue) output.progress(`${length} of ${of} runs`);
}

/** The word for the whole sweep: what its exit code says. */
function worstOf(summary: SweepSummary): Verdict {
  const words: Readonly<Record<number, Verdict>> = { 0: "valid", 1: "invalid", 3: "vacuous" };
  return words[worstExitCode(codesOf(summary))] ?? "unknown";
}

function announce(output: Output, summary: SweepSummary, asked: number): void {
  const { runs, verdicts, failures, virtualSeconds, wallSeconds, checkSeconds } = summary;
  const worst = worstOf(summary);
  const counts = Object.entries(verdicts).flatMap(([verdict, count]) =>
    count === 0 ? [] : [`${count} ${verdict}`],
  );
  const share = summary.interrupted === true ? ` of ${asked}, interrupted` : "";
  output.say(`${output.paint(worst)}: ${[`${runs} runs${share}`, ...counts].join(", ")}`);
  output.say(
    `  ${Math.round(virtualSeconds)} virtual seconds in ${wallSeconds.toFixed(1)} s ` +
      `(${summary.speedup} times real time), checks ${checkSeconds.toFixed(1)} s`,
  );
  output.say(
    `  ${summary.okOps} ok operations, ${summary.events} events, ${summary.elections} elections`,
  );
  for (const { seed, verdict, sentence, repeat } of failures) {
    output.say(`  seed ${seed}: ${verdict}: ${sentence.split("\n", 1)[0]}`);
    output.say(`    ${repeat}`);
  }
  for (const { reason, runs: count, seeds } of summary.vacuous) {
    const some = seeds.slice(0, seedsShownMax).join(", ");
    const more = seeds.length > seedsShownMax ? ", ..." : "";
    output.say(`  vacuous in ${count}: ${reason} (seeds ${some}${more})`);
  }
  output.json(summary);
}
