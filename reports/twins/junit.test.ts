import t from "tap";
import { type CampaignResult, type CampaignRun, campaignVerdict } from "../campaign.ts";
import { hostileText } from "../testing/hostile-run.ts";
import { formatJUnit as format } from "./junit.ts";
import { suiteOfCampaign } from "./suite.ts";

const formatJUnit = (result: CampaignResult) => format(suiteOfCampaign(result));

const run: CampaignRun = {
  workload: "kv-contended",
  schedule: "storm",
  seed: 7,
  verdict: "valid",
  sentence: "4,212 operations are fine.",
  runDir: "runs/kv-contended-storm-7",
  durationMs: 61_500,
  operations: { ok: 4000, fail: 200, info: 12 },
};

function campaign(runs: readonly CampaignRun[]): CampaignResult {
  const startedAt = "2026-11-22T01:00:00.000Z";
  return { whitewater: 1, name: "nightly", startedAt, durationMs: 3_600_000, runs };
}

const mixed = campaign([
  run,
  { ...run, seed: 8, verdict: "invalid", sentence: "client 7 read a stale value." },
  { ...run, seed: 9, verdict: "unknown", sentence: "time ran out." },
  { ...run, seed: 10, verdict: "vacuous", sentence: "Nothing was proven." },
  { ...run, seed: 11, verdict: "unknown", environment: "no Docker daemon answered" },
  { ...run, seed: 12, verdict: "vacuous", runDir: null, skipped: "no clock faults here" },
]);

t.test("invalid is a failure; unknown, vacuous and environment are errors", async (t) => {
  const xml = formatJUnit(mixed);
  t.match(xml, '<testsuites name="nightly" tests="6" failures="1" errors="3" skipped="1"');
  t.match(xml, '<failure message="client 7 read a stale value." type="invalid">');
  t.match(xml, '<error message="time ran out." type="unknown">');
  t.match(xml, '<error message="Nothing was proven." type="vacuous">');
  t.match(xml, '<error message="no Docker daemon answered" type="environment">');
  t.match(xml, '<skipped message="no clock faults here"/>');
  t.equal(xml.match(/<testcase /g)?.length, 6);
});

t.test("a campaign in which nothing ran is never green", async (t) => {
  for (const runs of [[], mixed.runs.slice(-1)]) {
    const xml = formatJUnit(campaign(runs));
    t.match(xml, / errors="1"/);
    t.match(xml, "nothing ran");
    t.equal(campaignVerdict(campaign(runs)), "vacuous");
  }
});

t.test("a found anomaly is not hidden by a failed environment", async (t) => {
  const dirty: CampaignRun = { ...run, verdict: "invalid", environment: "a node stayed cut" };
  t.match(formatJUnit(campaign([dirty])), 'type="invalid"');
  t.equal(campaignVerdict(campaign([dirty])), "invalid");
  t.equal(campaignVerdict(campaign([{ ...run, environment: "no Docker" }])), "unknown");
});

t.test("markup and control characters cannot break the XML", async (t) => {
  const sentence = `${hostileText}\u0000\u001b[31m\ud800\uffff]]>`;
  const hostile = campaign([
    { ...run, workload: hostileText, schedule: hostileText, verdict: "invalid", sentence },
  ]);
  const xml = formatJUnit(hostile);
  t.notMatch(xml, /[^\n\t\r\u0020-\ud7ff\ue000-\ufffd]/, "only characters that XML knows");
  t.notOk(xml.includes("<img"));
  t.notOk(xml.includes("<script"));
});
