import t from "tap";
import { syntheticCampaign } from "../testing/synthetic-campaign.ts";
import { anomalyClassOf } from "./cells.ts";
import { parseRun } from "./parse-run.ts";

const { runs } = syntheticCampaign({ startedAt: "2026-11-22T01:00:00.000Z", seeds: 1 });
const found = runs.find(({ verdict }) => verdict === "invalid");
const [signature] = found?.digest?.signatures ?? [];

t.test("what was written is read again", async (t) => {
  for (const run of runs) t.same(parseRun(JSON.parse(JSON.stringify(run))), run);
});

t.test("what is no run is none, what is damaged beside it is dropped", async (t) => {
  const without = (name: string) => ({ ...found, [name]: undefined });
  for (const value of [null, 1, "run", [], {}, ...["seed", "operations", "verdict"].map(without)]) {
    t.equal(parseRun(value), null, JSON.stringify(value));
  }
  for (const digest of [null, 7, [], {}, { ...found?.digest, coverage: [null] }]) {
    const run = parseRun({ ...found, digest, bug: { id: "M28" }, startedAt: 5 });
    t.match(run, { workload: "kv" });
    t.notOk(run !== null && ("digest" in run || "bug" in run || "startedAt" in run));
  }
  const digest = { ...found?.digest, signatures: [null, { text: "x" }, signature] };
  t.equal(parseRun({ ...found, digest })?.digest?.signatures.length, 1);
});

t.test("a signature of an earlier version is called what its checker said", async (t) => {
  const { class: _, general: __, isRefined: ___, ...old } = signature ?? {};
  const classIn = (kind: string) => {
    const digest = { ...found?.digest, signatures: [{ ...old, kind }] };
    const run = parseRun({ ...found, digest });
    return run === null ? null : anomalyClassOf(run);
  };
  t.equal(classIn("stale-read"), "stale-read");
  t.equal(classIn("wrong-answer"), "wrong-error");
  t.equal(classIn("constructor"), null);
  const run = parseRun({
    ...found,
    digest: { ...found?.digest, signatures: [{ ...old, kind: "phantom" }] },
  });
  t.match(run?.digest?.signatures, [{ general: signature?.text, isRefined: false }]);
});
