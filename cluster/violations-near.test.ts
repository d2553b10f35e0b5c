import type { Op } from "porcupine-ts";
import t from "tap";
import type { CheckerResult } from "../reports/result.ts";
import { namedMoments } from "./named-moments.ts";
import { createInvariants } from "./raft/invariants.ts";
import { invariantsResult } from "./raft-invariants.ts";
import { violationsNear } from "./violations-near.ts";

/** n1 executes 200 entries, one a second, that it never committed. */
function ahead() {
  const invariants = createInvariants(["n1", "n2", "n3"]);
  const none = { term: 0, votedFor: null, snapshotIndex: 0, snapshotTerm: 0 };
  const start = { kind: "start", ...none, lastLogIndex: 0, lastLogTerm: 0 };
  for (const node of ["n1", "n2", "n3"]) invariants.observe(node, 1, start, 0);
  for (let index = 1; index <= 200; index++) {
    const record = { kind: "apply", index, hashes: [index], replies: [0] };
    invariants.observe("n1", 1, record, index * 1e9);
  }
  return invariants;
}

t.test("of many violations those are kept that bear on what a client was told", async (t) => {
  const ops: Op[] = [
    { index: 0, time: 149.5e9, process: 3, type: "invoke", f: "put", key: "k" },
    { index: 1, time: 149.9e9, process: 4, type: "invoke", f: "get", key: "k" },
    { index: 2, time: 150.5e9, process: 3, type: "ok", f: "put", key: "k", node: "n1" },
    { index: 3, time: 151.5e9, process: 4, type: "ok", f: "get", key: "k", node: "n2" },
  ];
  const client: CheckerResult = {
    ...{ checker: "linearizable", verdict: "invalid", summary: "", tookMs: 0 },
    anomalies: [{ kind: "stale-read", operation: 1, related: [0] }],
  };
  const moments = namedMoments([client], ops);
  t.same(moments, [
    { node: "n1", from: 149.5e9, to: 150.5e9 },
    { node: "n2", from: 149.9e9, to: 151.5e9 },
  ]);

  const invariants = ahead();
  const near = violationsNear(invariants.sample(), moments);
  t.same(
    near.map(({ index }) => index),
    [150, 151],
    "n1's last before its answer, and anybody's until the other one",
  );

  const none = { problem: null, notes: [], tookMs: 0 };
  const { stats, anomalies } = invariantsResult(invariants, { ...none, moments });
  t.equal(anomalies.length, 10, "the first ones as ever");
  t.match(stats?.["near"], [{ index: 150, record: { node: "n1", record: { index: 150 } } }, {}]);
  t.notOk("near" in (invariantsResult(invariants, none).stats ?? {}), "no client, nothing near");
});
