import { relative, resolve } from "node:path";
import type { Command } from "commander";
import { writeReport } from "../../../reports/store.ts";
import { openInBrowser } from "../open-browser.ts";
import { createOutput, visiblePath } from "../output.ts";

type ReportFlags = { readonly json?: boolean; readonly open?: boolean };

export function addReportCommand(program: Command): void {
  program
    .command("report")
    .description("write the page of a run again")
    .argument("<run-dir>", "the folder of a finished run")
    .option("--open", "open it in the browser")
    .option("--json", "one JSON value on stdout")
    .addHelpText("after", "\nExample:\n  whitewater report reports/runs/RUN")
    .action(async (runDir: string, flags: ReportFlags) => {
      const output = createOutput({ json: flags.json === true, ...process });
      const page = await writeReport(runDir);
      const report = relative(".", page);
      output.say(`report  ${visiblePath(page)}`);
      output.json({ report });
      if (flags.open === true) await openInBrowser(resolve(page), output.note);
    });
}
