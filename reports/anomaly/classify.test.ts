import t from "tap";
import { syntheticRun } from "../testing/synthetic-run.ts";
import { viewModel } from "../view-model.ts";
import { classified, classOf } from "./classify.ts";
import { lookupOf } from "./facts.ts";

const files = syntheticRun({ verdict: "invalid", operations: 2000 });
const checks = files.result.checks.map((check) => ({
  ...check,
  anomalies: check.anomalies.map((anomaly) => ({ ...anomaly, kind: "unordered" as const })),
}));

t.test("a result names the class that its page names, not what the checker said", async (t) => {
  const [focus] = viewModel({ ...files, result: { ...files.result, checks } }).focuses;
  const [named] = classified(checks, lookupOf(files.table));

  t.equal(focus?.class, "stale-read");
  t.equal(named?.class, focus?.class);
  t.equal(named && classOf(named), "stale-read");
});

t.test(
  "without it, it is what the checker said; a check that found nothing has none",
  async (t) => {
    const [found] = checks;
    t.equal(found && classOf(found), "unordered");
    t.equal(found && classOf({ ...found, verdict: "valid" }), null);
    t.equal(found && classOf({ ...found, anomalies: [] }), null);
  },
);
