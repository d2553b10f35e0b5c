import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import type { Command } from "commander";
import type { BugScore, Scorecard } from "../../../reports/scorecard.ts";
import { renderScorecardPage, scorecardMarkdown } from "../../../reports/scorecard-page.ts";
import { createRunDir } from "../../../reports/store.ts";
import { durationPattern, parseDurationMs } from "../../../workloads/units.ts";
import { machineProvenance } from "../../machine.ts";
import { loadRegistries, projectRoot } from "../../registry.ts";
import { playSimulated } from "../../sweep/play-simulated.ts";
import {
  type MeasureOptions,
  measureAblation,
  measureBugs,
  measureCorrect,
} from "../../sweep/scorecard.ts";
import { loadWitnesses } from "../../witness/catalogue.ts";
import { chooseDriver } from "../drivers.ts";
import { InputError } from "../errors.ts";
import { exitCodes, worstExitCode } from "../exit-code.ts";
import { parseInteger } from "../inputs.ts";
import { watchInterrupts } from "../interrupt.ts";
import { createOutput, type Output } from "../output.ts";
import { timestamp } from "../plan.ts";
import { playReal } from "../play-real.ts";
import { chooseEntrants } from "../scorecard-entrants.ts";

type ScorecardFlags = {
  readonly driver: string;
  readonly bugs?: string[];
  readonly budget: string;
  readonly runs?: string;
  readonly jobs?: string;
  readonly ablation?: boolean;
  readonly out?: string;
  readonly json?: boolean;
};

export function addScorecardCommand(program: Command): void {
  program
    .command("scorecard")
    .description("which planted bugs generic schedules catch, how often and how fast")
    .option("--driver <name>", "sim, docker or process", "sim")
    .option("--bugs <ids...>", "only these (default: the whole catalogue)")
    .option("--budget <time>", "time of one core for each bug", "60s")
    .option("--runs <count>", "at most so many runs of each bug")
    .option("--jobs <count>", "bugs at a time (default: one a core; 1 on a real driver)")
    .option("--ablation", "then again without each family of faults: what is lost")
    .option("--out <folder>", "where the page goes (default: reports/runs/SCORECARD)")
    .option("--json", "one JSON value on stdout")
    .addHelpText(
      "after",
      `
The correct build is played as often as all bugs together, for ten minutes of one core at most.
Exit code: 0 without a false alarm, else 1; 70 after an error of ours.

Example:
  whitewater scorecard --bugs M6 M20 --budget 10s`,
    )
    .action(async (flags: ScorecardFlags) => {
      process.exitCode = await scorecardCommand(flags);
    });
}

async function scorecardCommand(flags: ScorecardFlags): Promise<number> {
  const output = createOutput({ json: flags.json === true, ...process });
  const isSimulated = flags.driver === "sim";
  if (!isSimulated && flags.driver !== "docker" && flags.driver !== "process") {
    throw new InputError(`--driver takes sim, docker or process, got ${flags.driver}`);
  }
  const budgetSeconds = parseBudget(flags.budget);
  const runsMax =
    flags.runs === undefined ? {} : { runsMax: parseInteger("--runs", flags.runs, 1, 1e9) };
  const jobsDefault = isSimulated ? availableParallelism() : 1;
  const jobs = flags.jobs === undefined ? jobsDefault : parseInteger("--jobs", flags.jobs, 1, 256);
  const registries = await loadRegistries();
  const { entrants, totalBugs } = await chooseEntrants(registries, flags.bugs ?? null, isSimulated);
  const witness = await loadWitnesses(registries.subjects);
  const run = `scorecard-${timestamp(new Date())}`;
  const folder = await createRunDir(flags.out === undefined ? { run } : { run, out: flags.out });

  const interrupt = watchInterrupts(output.note);
  const { progress: onProgress } = output;
  let errors = 0;
  const play = isSimulated
    ? playSimulated
    : playReal({
        registries,
        driver: await chooseDriver(flags.driver, {}, output.note),
        folder,
        interrupt,
        onProgress,
      });
  const options: MeasureOptions = {
    entrants,
    play,
    budgetSeconds,
    ...runsMax,
    jobs,
    witness,
    onBug: (score, done, of) => output.note(`${done} of ${of}: ${describe(score)}`),
    onError: (seed, error) => {
      errors += 1;
      output.note(`seed ${seed}: ${error}`);
    },
    signal: interrupt.soft,
  };
  try {
    const bugs = await measureBugs(options);
    output.progress("playing the correct build");
    const correct = await measureCorrect(options, bugs);
    const ablation =
      flags.ablation === true
        ? await measureAblation(options, bugs, ({ without, lost }) =>
            output.note(`without ${without}: ${lost.join(", ") || "nothing"} is lost`),
          )
        : null;
    const { commit } = await machineProvenance(projectRoot);
    const card: Scorecard = {
      driver: flags.driver,
      correct,
      bugs,
      caughtBugs: bugs.filter(({ caught }) => caught > 0).length,
      totalBugs,
      ...(ablation !== null && { ablation }),
      budgetSeconds,
      measuredAt: new Date().toISOString(),
      commit: commit ?? "unknown",
    };
    await announce(output, folder, card);
    return worstExitCode([
      correct.falseAlarms === 0 ? exitCodes.valid : exitCodes.invalid,
      ...(interrupt.soft.aborted ? [exitCodes.interrupted] : []),
      ...(errors > 0 ? [exitCodes.ourBug] : []),
    ]);
  } finally {
    interrupt.dispose();
  }
}

function parseBudget(text: string): number {
  if (!new RegExp(durationPattern).test(text)) {
    throw new InputError(`--budget takes a time such as 60s or 5m, got ${text}`);
  }
  const seconds = parseDurationMs(text) / 1000;
  // Without any run there is no false alarm either.
  if (seconds <= 0) throw new InputError(`--budget takes a time above zero, got ${text}`);
  return seconds;
}

function describe({ id, caught, runs, medianSecondsToCatch: seconds, caughtBy }: BugScore): string {
  const by = Object.keys(caughtBy).join(", ");
  const when = seconds === null ? "" : `, ${seconds.toFixed(1)} s to catch, by ${by}`;
  return `${id} caught in ${caught} of ${runs} runs${when}`;
}

async function announce(output: Output, folder: string, card: Scorecard): Promise<void> {
  const page = join(folder, "scorecard.html");
  await writeFile(page, renderScorecardPage(card));
  await writeFile(join(folder, "scorecard.md"), scorecardMarkdown(card));
  await writeFile(join(folder, "scorecard.json"), `${JSON.stringify(card, null, 2)}\n`);
  const { correct, caughtBugs, totalBugs } = card;
  const missed = card.bugs.filter(({ caught }) => caught === 0).map(({ id }) => id);
  output.say(`${caughtBugs} of ${totalBugs} planted bugs caught`);
  if (missed.length > 0) output.say(`  not caught: ${missed.join(", ")}`);
  output.say(
    `  correct build: ${correct.runs} runs, ${correct.falseAlarms} false alarms, ` +
      `${correct.unknown} unknown, ${correct.vacuous} vacuous`,
  );
  for (const seed of correct.falseAlarmSeeds) output.say(`  false alarm: seed ${seed}`);
  output.say(`page  ${relative(".", page)}`);
  output.json(card);
}
