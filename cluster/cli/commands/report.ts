import { relative } from "node:path";
import type { Command } from "commander";
import { writeReport } from "../../../reports/store.ts";
import { createOutput } from "../output.ts";

export function addReportCommand(program: Command): void {
  program
    .command("report")
    .description("write the page of a run again")
    .argument("<run-dir>", "the folder of a finished run")
    .option("--json", "one JSON value on stdout")
    .addHelpText("after", "\nExample:\n  whitewater report reports/runs/RUN")
    .action(async (runDir: string, flags: { readonly json?: boolean }) => {
      const output = createOutput({ json: flags.json === true, ...process });
      const report = relative(".", await writeReport(runDir));
      output.say(`report  ${report}`);
      output.json({ report });
    });
}
