import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { createRunDir } from "../../../reports/store.ts";
import { durationPattern, parseDurationMs } from "../../../workloads/units.ts";
import { loadRegistries } from "../../registry.ts";
import { playSimulated } from "../../sweep/play-simulated.ts";
import { loadWitnesses } from "../../witness/catalogue.ts";
import { chooseDriver } from "../drivers.ts";
import { InputError } from "../errors.ts";
import { parseInteger } from "../inputs.ts";
import { watchInterrupts, wordsOfSweep } from "../interrupt.ts";
import { createOutput } from "../output.ts";
import { timestamp } from "../plan.ts";
import { playReal } from "../play-real.ts";
import { playScorecard } from "../play-scorecard.ts";
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
    .option(
      "--bugs <ids...>",
      "only these, with spaces or commas between (default: the whole catalogue)",
    )
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
  whitewater scorecard --bugs M6,M20 --budget 10s`,
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
  const ids = flags.bugs?.flatMap((text) => text.split(",")) ?? null;
  const { entrants, totalBugs } = await chooseEntrants(registries, ids, isSimulated);
  const witness = await loadWitnesses(registries.subjects);
  const run = `scorecard-${timestamp(new Date())}`;
  const folder = await createRunDir(flags.out === undefined ? { run } : { run, out: flags.out });

  const interrupt = watchInterrupts(output.note, ...(isSimulated ? [wordsOfSweep] : []));
  try {
    return await playScorecard(
      {
        entrants,
        play: isSimulated
          ? playSimulated
          : playReal({
              registries,
              driver: await chooseDriver(flags.driver, {}, output.note),
              folder,
              interrupt,
              onProgress: output.progress,
            }),
        budgetSeconds,
        ...runsMax,
        jobs,
        witness,
        soft: interrupt.soft,
        hard: interrupt.hard,
      },
      { driver: flags.driver, totalBugs, hasAblation: flags.ablation === true, folder, output },
    );
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
