import { appendFileSync, statSync } from "node:fs";
import { annotations, stepSummaryBytesMax } from "../../reports/twins/github.ts";
import type { Suite } from "../../reports/twins/suite.ts";
import type { Output } from "./output.ts";

/**
 * Inside GitHub Actions: annotations for what was not valid, and `markdown` in the summary of the step.
 * Elsewhere nothing. A summary that cannot be written is a note, never a failure.
 */
export function tellGitHub(
  suite: Suite,
  markdown: string,
  output: Pick<Output, "note">,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): void {
  if (environment["GITHUB_ACTIONS"] !== "true") return;
  for (const line of annotations(suite)) output.note(line);
  const file = environment["GITHUB_STEP_SUMMARY"];
  if (file === undefined || file === "") return;
  try {
    const used = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    const added = `${markdown}\n`;
    if (used + Buffer.byteLength(added) <= stepSummaryBytesMax) appendFileSync(file, added);
    else output.note("the summary of this step is full: report.md has what is missing there");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    output.note(`cannot write the summary of this step: ${reason}`);
  }
}
