import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { syntheticRun } from "../../reports/testing/synthetic-run.ts";
import { stepSummaryBytesMax } from "../../reports/twins/github.ts";
import { suiteOfRun } from "../../reports/twins/suite.ts";
import { tellGitHub } from "./github.ts";

const suite = suiteOfRun(syntheticRun({ verdict: "invalid", operations: 400 }).result);

function tell(environment: Record<string, string>, markdown = "# invalid"): string[] {
  const lines: string[] = [];
  tellGitHub(suite, markdown, { note: (line) => lines.push(line) }, environment);
  return lines;
}

t.test("inside GitHub Actions a run annotates and adds to the summary of its step", async (t) => {
  const file = join(t.testdir(), "summary.md");
  const environment = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: file };
  t.match(tell(environment), [/^::error title=Stale read%3A /]);
  tell(environment);
  t.equal(readFileSync(file, "utf8"), "# invalid\n# invalid\n");
});

t.test("a summary is never filled above what is shown of it", async (t) => {
  const file = join(t.testdir(), "summary.md");
  writeFileSync(file, "x".repeat(stepSummaryBytesMax - 20));
  const lines = tell({ GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: file }, "y".repeat(20));
  t.equal(readFileSync(file, "utf8").length, stepSummaryBytesMax - 20);
  t.match(lines.at(-1), "full");
});

t.test("elsewhere nothing is told, and a summary that cannot be written is a note", async (t) => {
  t.same(tell({ GITHUB_STEP_SUMMARY: join(t.testdir(), "summary.md") }), []);
  const lines = tell({ GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: t.testdir() });
  t.match(lines.at(-1), "cannot write the summary");
});
