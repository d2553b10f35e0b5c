import t from "tap";
import { syntheticRun } from "./testing/synthetic-run.ts";
import { viewModel } from "./view-model.ts";

t.test("the anomaly is shown with what contradicts it and what overlaps on its key", async (t) => {
  const files = syntheticRun({ verdict: "invalid", operations: 4000 });
  const { view } = viewModel(files);
  const [focus] = view.focuses;
  const [anomaly] = files.result.checks[0]?.anomalies ?? [];

  t.match(focus, { title: "Stale read", key: anomaly?.key, operation: anomaly?.operation });
  const labels = focus?.operations.map(({ label }) => label) ?? [];
  t.equal(labels.filter((label) => label === "cannot be ordered").length, 1);
  t.ok(labels.includes("wrote what was read"));
  t.ok(labels.includes("contradicts it"));
  t.ok(focus?.operations.every(({ key }) => key === anomaly?.key));
});

t.test("latency and rate account for every completed operation", async (t) => {
  const files = syntheticRun({ verdict: "valid", operations: 4000 });
  const { series } = viewModel(files).view;
  const windowSeconds = (series.at[1] ?? 0) - (series.at[0] ?? 0);
  const total = (rates: readonly number[]) =>
    Math.round(rates.reduce((sum, rate) => sum + rate, 0) * windowSeconds);

  t.equal(total(series.rate.ok), files.result.operations.ok);
  t.equal(total(series.rate.fail), files.result.operations.fail);
  t.equal(total(series.rate.info), files.result.operations.info);
  t.ok(series.at.length <= 240);
});

t.test("an empty run has a page too", async (t) => {
  const files = syntheticRun({ verdict: "vacuous", operations: 10 });
  const { view } = viewModel({ ...files, ops: [], trace: {}, logs: {} });
  t.equal(view.laneCount, 0);
  t.ok(view.endNs > 0);
});

t.test("a run that did too little has no anomaly to show", async (t) => {
  const files = syntheticRun({ verdict: "vacuous", operations: 10 });
  const [check] = files.result.checks;
  const anomalies = [{ kind: "too-little" as const, related: [] }];
  const checks = check === undefined ? [] : [{ ...check, anomalies }];
  t.same(viewModel({ ...files, result: { ...files.result, checks } }).view.focuses, []);
});
