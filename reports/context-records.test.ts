import t from "tap";
import { contextRecords, recordsUpTo } from "./context-records.ts";
import type { FaultBand } from "./fault-bands.ts";

function record(node: string, kind: string, fields: object = {}) {
  return { node, timeNs: 1e9, record: { kind, ...fields } };
}

const broke = record("n4", "apply", { index: 7, hash: 1 });

t.test("of what led to a broken invariant, what bears on it is told", async (t) => {
  const context = [
    record("n1", "append", { index: 6 }),
    record("n4", "commit", { index: 6 }),
    record("n2", "apply", { index: 7, hash: 2 }),
    record("n3", "role", { role: "leader" }),
    record("n3", "persisted", { index: 8 }),
    broke,
  ];
  const told = contextRecords({ stats: { context } }, ["n4"]);
  t.same(
    told.map(({ node, kind }) => `${node} ${kind}`),
    ["n4 commit", "n2 apply", "n3 role", "n4 apply"],
    "of its node, of its index, and turns; not the replication around it",
  );
  t.equal(told.at(-1)?.text, "index 7, hash 1");
});

t.test("stamps are told elsewhere, and a vote for nobody is told", async (t) => {
  const stamps = { mono: 1, wall: 2, node: "n4", inc: 1, seq: 9, leader: null };
  const context = [record("n4", "start", { ...stamps, term: 2, votedFor: null })];
  const [told] = contextRecords({ stats: { context } }, ["n4"]);
  t.equal(told?.text, "term 2, votedFor none");
});

t.test(
  "faults of the nodes it names stand among the records, what is told last stays last",
  async (t) => {
    const band = (from: number, to: number, node: string, clause: string): FaultBand => ({
      id: node,
      kind: "kill",
      label: `kill ${node}`,
      targets: [node],
      from: from * 1e9,
      to: to * 1e9,
      effective: true,
      touched: [{ node, state: "down", clause }],
    });
    const context = [record("n4", "commit", { index: 6 }), broke];
    const anomaly = { kind: "broken-invariant", related: [], nodes: ["n4"], time: 1e9 } as const;
    const check = { checker: "c", verdict: "invalid", summary: "", tookMs: 0 } as const;
    const slowed: FaultBand = {
      ...band(0.4, 2, "n2", "had slow links"),
      touched: [{ node: "n4", state: "slow", clause: "had slow links" }],
    };
    const bands = [band(0.4, 0.9, "n4", "was down"), band(0.5, 0.6, "n1", "was down"), slowed];
    const told = recordsUpTo({ ...check, anomalies: [anomaly], stats: { context } }, anomaly, {
      bands,
      traces: {},
    });
    t.same(
      told.map(({ kind, text }) => `${kind} ${text}`),
      ["fault kill n4: down", "fault kill n4: over", "commit index 6", "apply index 7, hash 1"],
    );
  },
);

t.test("of a node that gave up, what it last became and what it said", async (t) => {
  const observed = "n2 ended by itself: the log is corrupt";
  const anomaly = { kind: "gave-up", related: [], nodes: ["n2"], time: 5e9, observed } as const;
  const check = { checker: "exits", verdict: "invalid", summary: "", tookMs: 0 } as const;
  const traces = { n2: [{ mono: 3e9, kind: "role", role: "leader", term: 4 }] };
  const told = recordsUpTo({ ...check, anomalies: [anomaly] }, anomaly, { bands: [], traces });
  t.same(
    told.map(({ kind, text }) => `${kind} ${text}`),
    ["role role leader, term 4", "exit the log is corrupt"],
  );
});

t.test("at most ten, the latest, the one that broke it last", async (t) => {
  const many = Array.from({ length: 30 }, (_, index) => record("n4", "append", { index }));
  const told = contextRecords({ stats: { context: [...many, broke] } }, ["n4"]);
  t.equal(told.length, 10);
  t.equal(told.at(-1)?.kind, "apply");
  t.same(contextRecords({ stats: { context: "none" } }, ["n4"]), []);
});

t.test(
  "the record that the last one contradicts is marked, and only the words that differ",
  async (t) => {
    const context = [
      record("n4", "persisted", { term: 2, index: 6, votedFor: "n1" }),
      record("n1", "persisted", { term: 2, index: 6, votedFor: "n1" }),
      record("n4", "start", { term: 2, votedFor: null, tornBytes: 0, hashes: [7], replies: [1] }),
    ];
    const anomaly = { kind: "broken-invariant", related: [], nodes: ["n4"], time: 1e9 } as const;
    const check = { checker: "c", verdict: "invalid", summary: "", tookMs: 0 } as const;
    const told = recordsUpTo({ ...check, anomalies: [anomaly], stats: { context } }, anomaly, {
      bands: [],
      traces: {},
    });
    t.match(told[0], { isAgainst: true, node: "n4" });
    const marks = told.flatMap(({ pieces }) => pieces.filter(({ isDifferent }) => isDifferent));
    t.same(
      marks.map(({ text }) => text),
      ["votedFor n1", "votedFor none"],
    );
    t.equal(told.at(-1)?.text, "term 2, votedFor none", "no noise");
  },
);

t.test("digests are told where they are what differs", async (t) => {
  const context = [
    record("n2", "apply", { index: 7, count: 1, hashes: [2] }),
    record("n4", "apply", { index: 7, count: 1, hashes: [1] }),
  ];
  const told = contextRecords({ stats: { context } }, ["n4"]);
  t.same(
    told.map(({ text }) => text),
    ["index 7, hashes [2]", "index 7, hashes [1]"],
  );
});
