import t from "tap";
import { tableOf } from "./table-builder.ts";
import { syntheticRun } from "./testing/synthetic-run.ts";
import { viewModel } from "./view-model.ts";

t.test("the anomaly is shown with what contradicts it and what overlaps on its key", async (t) => {
  const files = syntheticRun({ verdict: "invalid", operations: 4000 });
  const view = viewModel(files);
  const [focus] = view.focuses;
  const [anomaly] = files.result.checks[0]?.anomalies ?? [];

  t.match(focus, { title: "Stale read", key: anomaly?.key, operation: anomaly?.operation });
  const labels = focus?.operations.map(({ label }) => label) ?? [];
  t.equal(labels.filter((label) => label.endsWith(", already replaced")).length, 1);
  t.ok(labels.includes("wrote what was read"));
  t.ok(labels.some((label) => /^made version \d+ before$/.test(label)));
  t.ok(focus?.operations.every(({ key }) => key === anomaly?.key));
});

t.test("latency and rate account for every completed operation", async (t) => {
  const files = syntheticRun({ verdict: "valid", operations: 4000 });
  const { series } = viewModel(files);
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
  const view = viewModel({ ...files, table: tableOf([]), trace: {}, logs: {} });
  t.equal(view.laneCount, 0);
  t.ok(view.endNs > 0);
});

t.test("a run that did too little has no anomaly to show", async (t) => {
  const files = syntheticRun({ verdict: "vacuous", operations: 10 });
  const [check] = files.result.checks;
  const anomalies = [{ kind: "too-little" as const, related: [] }];
  const checks = check === undefined ? [] : [{ ...check, anomalies }];
  t.same(viewModel({ ...files, result: { ...files.result, checks } }).focuses, []);
});

t.test(
  "what nodes traced before an invariant broke stands beside the first violation",
  async (t) => {
    const files = syntheticRun({ verdict: "invalid", operations: 100 });
    const context = [
      { node: "n2", inc: 1, timeNs: 1.5e9, record: { kind: "vote", term: 3, votedFor: "n1" } },
      { node: "n2", inc: 1, timeNs: 1.6e9, record: { kind: "append", voters: Array(99).fill(7) } },
      { node: "n2", inc: 2, timeNs: 1.7e9, record: { kind: "vote", term: 3, votedFor: "n3" } },
      "not a record",
    ];
    const broken = { kind: "broken-invariant", related: [], time: 1.7e9, nodes: ["n2"] } as const;
    const check = {
      ...{ checker: "raft-invariants", summary: "one-vote", tookMs: 1 },
      verdict: "invalid",
      anomalies: [broken, { ...broken, time: 2e9 }],
      stats: { records: 9, context },
    } as const;
    const view = viewModel({ ...files, result: { ...files.result, checks: [check] } });

    const [first, second] = view.focuses;
    t.match(first?.records, [
      { at: 1.5e9, node: "n2", kind: "vote", text: "term 3, votedFor n1" },
      { kind: "append", text: /^voters .{1,60}$/ },
      { text: "term 3, votedFor n3" },
    ]);
    t.equal(first?.records.length, 3);
    t.same(second?.records, [], "the records are those of the first one");
  },
);
