import { Command, CommanderError } from "commander";
import { addCampaignCommand } from "./commands/campaign.ts";
import { addCheckCommand } from "./commands/check.ts";
import { addExportCommand } from "./commands/export.ts";
import { addListCommand } from "./commands/list.ts";
import { addReportCommand } from "./commands/report.ts";
import { addRunCommand } from "./commands/run.ts";
import { addScorecardCommand } from "./commands/scorecard.ts";
import { addServeCommand } from "./commands/serve.ts";
import { addSimCommand } from "./commands/sim.ts";
import { addValidateCommand } from "./commands/validate.ts";
import { errorExitCode, formatError } from "./errors.ts";
import { exitCodes } from "./exit-code.ts";

const exitCodeHelp = `
Exit codes:
  0 valid   1 invalid   2 unknown   3 vacuous (nothing was proven)
  64 bad arguments or input   69 the environment failed   70 a bug of Whitewater   130 interrupted`;

/** Runs the command line; sets `process.exitCode`, never throws. */
export async function main(args: readonly string[]): Promise<void> {
  const program = new Command("whitewater")
    .description("fault injection for distributed systems, checked for linearizability")
    .showSuggestionAfterError()
    .showHelpAfterError("(--help shows what there is)")
    .addHelpText("after", exitCodeHelp);
  addRunCommand(program);
  addCampaignCommand(program);
  addSimCommand(program);
  addScorecardCommand(program);
  addCheckCommand(program);
  addExportCommand(program);
  addReportCommand(program);
  addServeCommand(program);
  addListCommand(program);
  addValidateCommand(program);
  for (const command of [program, ...program.commands]) command.exitOverride();
  // `whitewater ... | head`: a reader that has enough is no anomaly.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed its message; help and version are no errors.
      process.exitCode = error.exitCode === 0 ? 0 : exitCodes.badInput;
      return;
    }
    process.stderr.write(`${formatError(error)}\n`);
    process.exitCode = errorExitCode(error);
  }
}
