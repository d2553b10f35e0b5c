import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BugScore, Scorecard } from "../../reports/scorecard.ts";
import {
  partialSentence,
  renderScorecardPage,
  scorecardMarkdown,
} from "../../reports/scorecard-page.ts";
import { machineProvenance } from "../machine.ts";
import { projectRoot } from "../registry.ts";
import {
  type MeasureOptions,
  measureAblation,
  measureBugs,
  measureCorrect,
} from "../sweep/scorecard.ts";
import { exitCodes, worstExitCode } from "./exit-code.ts";
import { type Output, visiblePath } from "./output.ts";

/** What is measured, and where it goes. */
export type ScorecardPlan = {
  readonly driver: string;
  /** The catalogue without what no schedule can show. */
  readonly totalBugs: number;
  readonly hasAblation: boolean;
  readonly folder: string;
  readonly output: Output;
};

/** Measures, writes and announces a scorecard; the exit code that it deserves. */
export async function playScorecard(
  measure: Omit<MeasureOptions, "onBug" | "onError">,
  { driver, totalBugs, hasAblation, folder, output }: ScorecardPlan,
): Promise<number> {
  let errors = 0;
  const options: MeasureOptions = {
    ...measure,
    onBug: (score, done, of) => output.note(`${done} of ${of}: ${describe(score)}`),
    onError: (seed, error) => {
      errors += 1;
      output.note(`seed ${seed}: ${error}`);
    },
  };
  const bugs = await measureBugs(options);
  if (!options.soft.aborted) output.progress("playing the correct build");
  const correct = await measureCorrect(options, bugs);
  const ablation = hasAblation
    ? await measureAblation(options, bugs, ({ without, lost }) =>
        output.note(`without ${without}: ${lost.join(", ") || "nothing"} is lost`),
      )
    : null;
  const isInterrupted = options.soft.aborted;
  const { commit } = await machineProvenance(projectRoot);
  const card: Scorecard = {
    driver,
    correct,
    bugs,
    caughtBugs: bugs.filter(({ caught }) => caught > 0).length,
    totalBugs,
    ...(ablation !== null && { ablation }),
    ...(isInterrupted && { interrupted: true }),
    budgetSeconds: options.budgetSeconds,
    measuredAt: new Date().toISOString(),
    commit: commit ?? "unknown",
  };
  await announce(output, folder, card);
  return worstExitCode([
    correct.falseAlarms === 0 ? exitCodes.valid : exitCodes.invalid,
    ...(isInterrupted ? [exitCodes.interrupted] : []),
    ...(errors > 0 ? [exitCodes.ourBug] : []),
  ]);
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
  if (card.interrupted === true) output.say(partialSentence(card));
  output.say(`${caughtBugs} of ${totalBugs} planted bugs caught`);
  if (missed.length > 0) output.say(`  not caught: ${missed.join(", ")}`);
  output.say(
    `  correct build: ${correct.runs} runs, ${correct.falseAlarms} false alarms, ` +
      `${correct.unknown} unknown, ${correct.vacuous} vacuous`,
  );
  for (const seed of correct.falseAlarmSeeds) output.say(`  false alarm: seed ${seed}`);
  output.say(`page  ${visiblePath(page)}`);
  output.json(card);
}
