import { validateStrict } from "ctrf";
import t from "tap";
import { digestOf, type RunDigest } from "../campaign/digest.ts";
import type { CampaignResult, CampaignRun } from "../campaign.ts";
import { hostileRun, hostileText } from "../testing/hostile-run.ts";
import { syntheticCampaign } from "../testing/synthetic-campaign.ts";
import { syntheticRun } from "../testing/synthetic-run.ts";
import { viewModel } from "../view-model.ts";
import { formatCampaignMarkdown } from "./campaign-markdown.ts";
import { formatCtrf } from "./ctrf.ts";
import { annotations } from "./github.ts";
import { formatJUnit } from "./junit.ts";
import { formatRunMarkdown } from "./run-markdown.ts";
import { suiteOfCampaign, suiteOfRun } from "./suite.ts";

const run: CampaignRun = {
  workload: "kv-contended",
  schedule: "storm",
  seed: 7,
  verdict: "invalid",
  sentence: "client 7 read a stale value.",
  runDir: "runs/kv-contended-storm-7",
  durationMs: 61_500,
  operations: { ok: 4000, fail: 200, info: 12 },
};

function campaign(runs: readonly CampaignRun[]): CampaignResult {
  const startedAt = "2026-11-22T01:00:00.000Z";
  return { whitewater: 1, name: "nightly", startedAt, durationMs: 3_600_000, runs };
}

function markdownOf(files: ReturnType<typeof syntheticRun>): string {
  return formatRunMarkdown(files.result, viewModel(files));
}

t.test("report.md tells the verdict, the two operations, the faults and the command", async (t) => {
  const files = syntheticRun({ verdict: "invalid", operations: 2000 });
  const markdown = markdownOf(files);
  const culprit = files.result.checks[0]?.anomalies[0]?.operation;
  t.match(markdown, /^# ✕ invalid: /);
  t.ok(markdown.includes(files.result.repeat));
  t.match(markdown, `| ◆ ${culprit} |`);
  for (const { id } of files.result.faults) t.match(markdown, `| ${id} |`);
  const table = markdown.split("\n").filter((line) => line.startsWith("|"));
  t.ok(table.length > 10);
});

t.test("report.md ends with what a node logged that ended by itself", async (t) => {
  const files = syntheticRun({ verdict: "valid", operations: 200 });
  const { result } = files;
  const lastLines = { n3: ["4.1 leads term 3", "```", "5.0 fatal: \u001b[31mthe log has a hole"] };
  const anomaly = { kind: "gave-up", related: [], time: 5e9, nodes: ["n3"] } as const;
  const exits = { checker: "exits", verdict: "invalid", summary: "n3 ended", tookMs: 0 } as const;
  const check = { ...exits, anomalies: [anomaly], stats: { lastLines } };
  const markdown = formatRunMarkdown({ ...result, checks: [check] }, viewModel(files));
  t.match(
    markdown,
    "## The last that n3 logged\n\n````\n4.1 leads term 3\n```\n5.0 fatal:  [31mthe log",
  );
});

t.test("report.md says what of the evidence is missing, as the page does", async (t) => {
  const files = syntheticRun({ verdict: "invalid", operations: 2000 });
  t.notMatch(markdownOf(files), "Evidence that is missing");
  const { operations } = files.result;
  const longer = { ...files.result, operations: { ...operations, ok: operations.ok + 500 } };
  const { n2: _, ...logs } = files.logs;
  const markdown = markdownOf({ ...files, result: longer, logs });
  t.match(markdown, "Evidence that is missing");
  t.match(markdown, "The history is cut short: result.json tells of 2,500 operations");
  t.match(markdown, "There is no log of n2.");
});

t.test("report.md stays under 60 kB, and says what it left out", async (t) => {
  const files = syntheticRun({ verdict: "invalid", operations: 2000 });
  const long = "|`<".repeat(40_000);
  const faults = Array.from({ length: 3000 }, () => files.result.faults)
    .flat()
    .map((fault, at) => ({ ...fault, id: `cut-${at}`, evidence: long }));
  const checks = Array.from({ length: 200 }, () => files.result.checks)
    .flat()
    .map((check, at) => ({ ...check, checker: `checker-${at}`, summary: long }));
  const markdown = markdownOf({
    ...files,
    result: { ...files.result, sentence: long, repeat: long, workload: long, faults, checks },
  });
  t.ok(Buffer.byteLength(markdown) < 60_000);
  t.match(markdown, "had no room here");
});

t.test("Markdown from a history neither formats, nor links, nor notifies", async (t) => {
  const markdown = markdownOf(hostileRun());
  const outsideCode = markdown.replace(/^```.*?^```/gms, "").replace(/`[^`\n]*`/g, "");
  t.notMatch(outsideCode, /(?<!\\)<(img|script)/);
  const sentence = "**bold** [link](http://x) @octocat #12 | cell\nnext\u001b[31m";
  const one = formatCampaignMarkdown(campaign([{ ...run, sentence }]));
  t.notMatch(one, /\*\*bold/);
  t.notMatch(one, /[^\\]\[link\]\(/);
  t.notMatch(one, /@octocat|#12/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is asserted.
  t.notMatch(one, /\u001b/);
  t.equal(one.split("\n").filter((line) => line.includes("bold")).length, 1, "one line a row");
});

t.test("a campaign's summary names the worst first, and keeps to its bytes", async (t) => {
  const runs = Array.from({ length: 4000 }, (_, seed) => ({ ...run, seed }));
  const all = formatCampaignMarkdown(campaign([{ ...run, verdict: "vacuous" }, ...runs]), 1 << 20);
  t.ok(all.indexOf("✕ invalid\n") < all.indexOf("vacuous\n"));
  const short = formatCampaignMarkdown(campaign(runs), 20_000);
  t.ok(Buffer.byteLength(short) <= 20_000);
  t.match(short, "had no room here");
  t.match(short, "4,000 runs");
});

t.test("CTRF is what its own validator accepts; nothing proven is never passed", async (t) => {
  const outcomes = ["valid", "invalid", "unknown", "vacuous"] as const;
  const mixed = campaign([
    ...outcomes.map((verdict) => ({ ...run, verdict })),
    { ...run, verdict: "unknown", environment: "no Docker" },
    { ...run, verdict: "vacuous", skipped: "no clock faults here" },
  ]);
  for (const suite of [
    suiteOfCampaign(mixed),
    suiteOfCampaign(campaign([])),
    suiteOfRun(hostileRun().result),
  ]) {
    t.doesNotThrow(() => validateStrict(JSON.parse(formatCtrf(suite))));
  }
  const { summary } = JSON.parse(formatCtrf(suiteOfCampaign(mixed))).results;
  t.match(summary, { tests: 6, passed: 1, failed: 1, skipped: 1, other: 3, pending: 0 });
  t.match(JSON.parse(formatCtrf(suiteOfCampaign(campaign([])))).results.summary, { other: 1 });
});

t.test(
  "what was found is called what the page calls it, also in a result without it",
  async (t) => {
    const { result } = syntheticRun({ verdict: "invalid", operations: 2000 });
    const named = (name: "lost-write") => ({
      ...result,
      checks: result.checks.map((check) => ({ ...check, class: name })),
    });
    const [check] = result.checks;
    t.match(check, { anomalies: [{ kind: "stale-read" }] });

    for (const suite of [suiteOfRun(named("lost-write")), suiteOfRun(result, "lost-write")]) {
      t.match(
        formatJUnit(suite),
        /<failure message="[^"]+" type="lost-write">Lost write: A made-up/,
      );
      t.match(JSON.parse(formatCtrf(suite)).results.tests, [{ tags: ["lost-write"] }]);
      t.match(annotations(suite)[0], "::error title=Lost write%3A ");
      t.doesNotThrow(() => validateStrict(JSON.parse(formatCtrf(suite))));
    }
    t.match(formatJUnit(suiteOfRun(result)), 'type="stale-read"');
    const { signatures } = digestOf({
      ...{ result: named("lost-write"), found: new Map(), turns: {} },
      figures: { latencyMs: null, okPerSecond: null },
    });
    const digest = { ...syntheticCampaign({ startedAt: "2026", seeds: 1 }).runs[0]?.digest };
    const found = { ...run, digest: { ...digest, signatures } as RunDigest };
    t.match(formatCampaignMarkdown(campaign([found])), "| storm, seed 7 | Lost write |");
    t.match(formatJUnit(suiteOfCampaign(campaign([found]))), 'type="lost-write"');
  },
);

t.test("a single run is a suite of one case", async (t) => {
  const { result } = syntheticRun({ verdict: "valid", operations: 200 });
  const skipping = { ...result, skippedFaults: ["clock"] };
  t.match(formatJUnit(suiteOfRun(skipping)), 'tests="1" failures="0" errors="0"');
  t.match(formatJUnit(suiteOfRun(skipping)), '<property name="skipped faults" value="clock"/>');
  const failed = { ...result, environment: ["n2 stayed cut"] };
  t.match(formatJUnit(suiteOfRun(failed)), '<error message="n2 stayed cut" type="environment">');
  const both = { ...failed, verdict: "invalid" as const };
  t.match(formatJUnit(suiteOfRun(both)), 'failures="1"', "an anomaly is never hidden");
});

t.test("annotations: ten of a kind at most, and no command hidden in a value", async (t) => {
  const runs = Array.from({ length: 25 }, (_, seed) => ({
    ...run,
    seed,
    workload: "a,b:c",
    sentence: `${hostileText}\n::error::forged %`,
  }));
  const lines = annotations(suiteOfCampaign(campaign(runs)));
  t.equal(lines.length, 10);
  t.match(lines.at(-1), "16 more");
  for (const line of lines) t.notMatch(line, /[\r\n]/);
  t.match(lines[0], "title=invalid%3A nightly.a%2Cb%3Ac%2C storm%2C seed 0::");
  t.match(lines[0], "%0A::error::forged %25");
  t.same(annotations(suiteOfCampaign(campaign([{ ...run, verdict: "valid" }]))), []);
});

t.test("one promise that was broken again and again is one section with a count", async (t) => {
  const files = syntheticRun({ verdict: "invalid", operations: 200 });
  const broken = (at: number, expected: string) => ({
    kind: "broken-invariant" as const,
    related: [],
    time: at * 1e9,
    expected,
    observed: `n3 executed up to index ${at} while its commit index was 0`,
  });
  const order = "apply-order: in the order of the log";
  const anomalies = [1, 2, 3, 4].map((at) => broken(at, order));
  const other = broken(5, "election-safety: at most one leader in a term");
  const [check] = files.result.checks;
  if (check === undefined) throw new Error("expected a check");
  const inside = { ...check, checker: "raft-invariants", anomalies: [...anomalies, other] };
  const markdown = markdownOf({ ...files, result: { ...files.result, checks: [inside] } });
  t.equal(markdown.match(/^## Invariant broken/gm)?.length, 2, "one a promise");
  t.match(markdown, "3 more like it in report.html, the last at 4.000 s.");
});
