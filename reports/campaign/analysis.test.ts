import t from "tap";
import type { CampaignResult, CampaignRun } from "../campaign.ts";
import { cellKey, cellName, cellsOf, gridOf } from "./cells.ts";
import { compareRuns } from "./compare.ts";
import { coverageGrid } from "./coverage-grid.ts";
import type { RunDigest } from "./digest.ts";
import { createFigureReader } from "./figures.ts";
import { flakinessOf } from "./flaky.ts";
import { parseLedger } from "./ledger.ts";
import { anomalyGroups, cellsOverNights, nightOf } from "./night.ts";
import { signatureOf } from "./signature.ts";

const digest: RunDigest = {
  run: "r",
  nodes: ["n1"],
  signatures: [],
  faults: { kill: { injected: 3, effective: 2, skipped: 1 } },
  coverage: [{ fault: "kill", role: "leader", phase: "steady", count: 2 }],
  checks: [],
  options: { heartbeatMs: 80 },
  provenance: { commit: "abc", node: "v20" },
  repeat: "npx whitewater run a.yaml",
  latencyMs: { p50: 2, p90: 3, p99: 4, max: 5 },
  okPerSecond: { p10: 1, p50: 2, max: 3 },
};

function run(seed: number, verdict: CampaignRun["verdict"], more: Partial<CampaignRun> = {}) {
  return {
    ...{ workload: "kv", schedule: "own", subject: "raft-kv", bug: null, driver: "sim" },
    ...{ seed, verdict, sentence: "s", runDir: `runs/${seed}`, durationMs: seed * 1000 },
    operations: { ok: 10, fail: 1, info: 0 },
    digest,
    ...more,
  } satisfies CampaignRun;
}

function night(day: number, runs: readonly CampaignRun[]): CampaignResult {
  const startedAt = `2026-11-0${day}T01:00:00.000Z`;
  return { whitewater: 1, name: "nightly", startedAt, durationMs: 1, runs };
}

t.test("the grid holds what was planned and not yet run, and gaps of the matrix", async (t) => {
  const planned = [
    { ...cellName(run(1, "valid")), runs: 3 },
    { ...cellName(run(1, "valid", { schedule: "kills", workload: "lock" })), runs: 2 },
  ];
  const grid = gridOf(planned, [run(1, "valid"), run(2, "invalid")]);

  t.same(grid.schedules, ["own", "kills"]);
  t.match(grid.rows, [
    { workload: "kv", cells: [{ counts: { valid: 1, invalid: 1 }, pending: 1 }, null] },
    { workload: "lock", cells: [null, { counts: {}, pending: 2 }] },
  ]);
});

t.test("a run of an earlier version still has a cell of its own", async (t) => {
  const { subject: _, bug: __, digest: ___, ...old } = run(1, "valid");
  const [cell] = cellsOf([old]);
  t.match(cell, { name: { subject: "–", bug: null }, medianMs: 1000 });
  t.equal(coverageGrid([old]).rows.length, 0);
});

t.test("flaky is who differs over seeds and nights; what decided nothing is apart", async (t) => {
  const nights = [
    nightOf(night(1, [run(1, "valid"), run(2, "valid"), run(3, "unknown")]), "../a/"),
    nightOf(night(2, [run(1, "invalid"), run(1, "valid", { workload: "lock" })]), ""),
  ];
  const [mixed, steady] = flakinessOf(cellsOverNights(nights).values());

  t.match(mixed, { kind: "mixed", invalid: 1, decided: 3, undecided: { unknown: 1 }, nights: 2 });
  const [low = 1, high = 0] = mixed?.interval ?? [];
  t.ok(low > 0.05 && low < 1 / 3 && high > 1 / 3 && high < 0.8, `${low} to ${high}`);
  t.match(steady, { kind: "steady", name: { workload: "lock" } });
});

t.test("a cell of one verdict is undecided, not mixed, when some runs say nothing", async (t) => {
  const one = nightOf(night(1, [run(1, "valid"), run(2, "vacuous")]), "");
  t.match(flakinessOf(cellsOverNights([one]).values()), [{ kind: "undecided", decided: 1 }]);
});

t.test("anomalies are grouped by signature, with first and last seen", async (t) => {
  const sign = (kind: "stale-read" | "lost-write") =>
    signatureOf({
      ...{ checker: "linearizable", class: kind, kind, isRefined: true, culprit: null, bands: [] },
      ...{ subject: "raft-kv", bug: null },
    });
  const found = (seed: number, kind: "stale-read" | "lost-write") =>
    run(seed, "invalid", { digest: { ...digest, signatures: [sign(kind)] } });
  const nights = [
    nightOf(night(1, [found(1, "stale-read")]), "../a/"),
    nightOf(night(2, [found(4, "stale-read"), found(5, "stale-read")]), "../b/"),
    nightOf(night(3, [found(6, "lost-write"), run(7, "valid")]), ""),
  ];

  t.match(anomalyGroups(nights), [
    { signature: { class: "lost-write" }, count: 1, isNew: true, isCurrent: true },
    {
      signature: { class: "stale-read" },
      ...{ count: 3, nights: 2, isNew: false, isCurrent: false },
      first: { base: "../a/", seed: 1 },
      last: { base: "../b/", seed: 4 },
    },
  ]);
});

t.test("a signature of an earlier version joins the only finer one that it may be", async (t) => {
  const sign = (kind: "unordered", name: "unordered" | "stale-read" | "lost-write") =>
    signatureOf({
      ...{ checker: "linearizable", class: name, kind, isRefined: name !== "unordered" },
      ...{ culprit: null, bands: [], subject: "raft-kv", bug: null },
    });
  const [old, stale, lost] = (["unordered", "stale-read", "lost-write"] as const).map((name) => ({
    ...digest,
    signatures: [sign("unordered", name)],
  }));
  const groupsOf = (...digests: (typeof old)[]) =>
    anomalyGroups(
      digests.map((one, at) =>
        nightOf(night(at + 1, [run(at, "invalid", one === undefined ? {} : { digest: one })]), ""),
      ),
    ).map(({ signature, count, nights, isNew }) => [signature.class, count, nights, isNew]);

  t.same(groupsOf(old, stale), [["stale-read", 2, 2, false]]);
  t.same(groupsOf(old, old), [["unordered", 2, 2, false]]);
  t.same(
    groupsOf(old, stale, lost),
    [
      ["lost-write", 1, 1, false],
      ["stale-read", 1, 1, false],
      ["unordered", 1, 1, false],
    ],
    "nobody knows which it was, nor that it was neither",
  );
  t.same(groupsOf(stale, lost)[0], ["lost-write", 1, 1, true], "two finer ones are two");
});

t.test("what a fault never met stands in the coverage, what cannot be does not", async (t) => {
  const grid = coverageGrid([run(1, "valid"), run(2, "valid")]);
  t.same(grid.roles, ["leader", "follower", "candidate"]);
  t.equal(grid.rows[0]?.cells[0]?.count, 4);
  t.match(grid, { reachable: 8, never: 7, rows: [{ counts: { injected: 6, effective: 4 } }] });
});

t.test("a comparison tells what differs, and by how much", async (t) => {
  const other = { ...digest, options: { heartbeatMs: 80, leaseReads: true }, latencyMs: null };
  const { groups } = compareRuns(
    run(1, "valid"),
    run(1, "invalid", { digest: other, operations: { ok: 20, fail: 1, info: 0 } }),
  );
  const rows = new Map(groups.flatMap((group) => group.rows).map((row) => [row.name, row]));

  t.match(rows.get("verdict"), { left: "valid", right: "invalid", differs: true });
  t.match(rows.get("operations ok"), { differs: true, ratio: 2 });
  t.match(rows.get("latency p99, ms"), { left: "4", right: null, differs: true });
  t.match(rows.get("leaseReads"), { left: null, right: "true", differs: true });
  t.equal(rows.get("commit")?.differs, false);
});

t.test("figures: latency by nearest rank, whole seconds only, the culprit is found", async (t) => {
  const reader = createFigureReader(new Set([4]));
  const op = { f: "get", process: 1 } as const;
  for (let second = 0; second < 4; second++) {
    const time = second * 1e9;
    const index = second * 2;
    reader.push({ ...op, index, time, type: "invoke" });
    const took = (second + 1) * 1e6;
    reader.push({ ...op, index: index + 1, time: time + took, type: "ok", node: "n3" });
  }
  reader.push({ ...op, index: 8, time: 9e9, type: "invoke" });

  t.match(reader.figures().latencyMs, { p50: 2, p90: 4, max: 4 });
  t.match(reader.figures().okPerSecond, { p50: 1, max: 1 });
  t.same(reader.found.get(4), { node: "n3", from: 2e9, to: 2.003e9 });
});

t.test("a torn line of a ledger is left out", async (t) => {
  const line = JSON.stringify(run(1, "valid"));
  t.equal(parseLedger(`${line}\n{"a":1}\nnull\n${line.slice(0, 40)}`).length, 1);
  t.not(cellKey(cellName(run(1, "valid"))), cellKey(cellName(run(1, "valid", { bug: "M1" }))));
});
