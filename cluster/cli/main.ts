import { Command, CommanderError } from "commander";
import { errorExitCode, formatError } from "./errors.ts";
import { exitCodes } from "./exit-code.ts";
import { visible } from "./output.ts";

const exitCodeHelp = `
Exit codes:
  0 valid   1 invalid   2 unknown   3 vacuous (nothing was proven)
  64 bad arguments or input   69 the environment failed   70 a bug of Whitewater   130 interrupted`;

type Add = (program: Command) => void;

/** In the order of the help. */
const commands: Readonly<Record<string, () => Promise<Add>>> = {
  run: async () => (await import("./commands/run.ts")).addRunCommand,
  campaign: async () => (await import("./commands/campaign.ts")).addCampaignCommand,
  sim: async () => (await import("./commands/sim.ts")).addSimCommand,
  scorecard: async () => (await import("./commands/scorecard.ts")).addScorecardCommand,
  check: async () => (await import("./commands/check.ts")).addCheckCommand,
  export: async () => (await import("./commands/export.ts")).addExportCommand,
  report: async () => (await import("./commands/report.ts")).addReportCommand,
  serve: async () => (await import("./commands/serve.ts")).addServeCommand,
  list: async () => (await import("./commands/list.ts")).addListCommand,
  validate: async () => (await import("./commands/validate.ts")).addValidateCommand,
};

/** Runs the command line; sets `process.exitCode`, never throws. */
export async function main(args: readonly string[]): Promise<void> {
  const program = new Command("whitewater")
    .description("fault injection for distributed systems, checked for linearizability")
    .configureOutput({ writeErr: (text) => process.stderr.write(visible(text)) })
    .showSuggestionAfterError()
    .showHelpAfterError("(--help shows what there is)")
    .addHelpText("after", exitCodeHelp);
  // Only the one that is asked for: all of them with what they need take half a second to load.
  const [asked = ""] = args;
  const wanted = Object.hasOwn(commands, asked) ? [asked] : Object.keys(commands);
  for (const name of wanted) (await commands[name]?.())?.(program);
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
