import type { Anomaly, Op } from "porcupine-ts";
import t from "tap";
import type { FaultResult } from "./result.ts";
import { leadingCheck, type SentencePieces, sentenceFor } from "./sentence.ts";

const second = 1e9;
const ops: Op[] = [
  put({ index: 0, process: 3, at: 11.9, version: 5, value: "v42" }),
  { index: 1, time: 11.98 * second, process: 3, type: "ok", f: "put", key: "k3", node: "n1" },
  { index: 2, time: 12.4 * second, process: 7, type: "invoke", f: "get", key: "k3" },
  {
    index: 3,
    time: 12.41 * second,
    process: 7,
    type: "ok",
    f: "get",
    key: "k3",
    node: "n2",
    value: { value: "v41", version: 5 },
  },
];

function put(parts: {
  readonly index: number;
  readonly process: number;
  readonly at: number;
  readonly version: number;
  readonly value: string;
}): Op {
  const { index, process, at, version, value } = parts;
  const time = at * second;
  return { index, time, process, type: "invoke", f: "put", key: "k3", value: { value, version } };
}

const isolated: FaultResult = {
  id: "partition-1",
  fault: "partition",
  targets: ["n2"],
  detail: { shape: "isolate" },
  effect: {
    cut: ["n1", "n3"].flatMap((node) => [
      { from: "n2", to: node },
      { from: node, to: "n2" },
    ]),
  },
  injectedAt: 9.2 * second,
  healedAt: 12.3 * second,
  effective: true,
  evidence: "",
  skipped: null,
};

const pieces: SentencePieces = {
  verdict: "invalid",
  checks: [check({ kind: "stale-read", key: "k3", operation: 2, related: [0] })],
  faults: [isolated],
  vacuous: [],
  operations: { ok: 3900, fail: 300, info: 12 },
  durationMs: 60_000,
  environment: [],
  ops,
};

function check(anomaly: Anomaly): SentencePieces["checks"][number] {
  const summary = "No order explains op 2.";
  return { checker: "linearizable", verdict: "invalid", summary, anomalies: [anomaly], tookMs: 1 };
}

t.test("a stale read names client, node, key, values, times and fault", async (t) => {
  t.equal(
    sentenceFor(pieces),
    "client 7 read k3 = v41 (version 5) from n2 at 12.41 s, but version 6 had been acknowledged " +
      "to client 3 at 11.98 s; n2 was isolated from 9.2 s to 12.3 s.",
  );
});

t.test("a fault elsewhere is named as such, none is not mentioned", async (t) => {
  const clock = { ...isolated, fault: "clock", targets: ["n1"], effect: {}, detail: {} };
  t.match(sentenceFor({ ...pieces, faults: [clock] }), /; clock n1 was active from 9.2 s/);
  t.match(sentenceFor({ ...pieces, faults: [] }), /at 11\.98 s\.$/);
});

t.test("without a newer fact, what was expected is said", async (t) => {
  const expected = "one put at most succeeds at version 5";
  const anomaly: Anomaly = { kind: "lost-write", operation: 0, related: [], expected };
  t.equal(
    sentenceFor({ ...pieces, checks: [check(anomaly)], faults: [] }),
    "client 3's put k3 = v42 at version 5 was acknowledged by n1 at 11.98 s, which no order of the " +
      "operations explains; expected: one put at most succeeds at version 5.",
  );
});

t.test("where no class fits, the reason of the core is told", async (t) => {
  const reason = "1 must be set twice, but only one write of it had been called by then";
  const anomaly: Anomaly = { kind: "unordered", operation: 0, related: [], expected: "-", reason };
  t.match(sentenceFor({ ...pieces, checks: [check(anomaly)] }), `, but ${reason}`);
});

t.test("a core of one operation is not told twice", async (t) => {
  const reason = "put was acknowledged at version 5, but no puts can have come to that version";
  const core = [{ index: 0 }] as unknown as NonNullable<Anomaly["core"]>;
  const anomaly: Anomaly = { kind: "unordered", operation: 0, related: [], reason, core };
  const told = sentenceFor({ ...pieces, checks: [check(anomaly)] });
  t.match(told, /11\.98 s, but no puts can have come to that version/);
});

t.test(
  "a report that its own answers refute goes before an order that does not exist",
  async (t) => {
    const unordered = check({ kind: "unordered", operation: 0, related: [] });
    const stale = check({ kind: "stale-read", operation: 0, related: [] });
    const wrong = {
      ...check({ kind: "wrong-answer", operation: 0, related: [] }),
      checker: "answers",
    };
    t.equal(leadingCheck([unordered, wrong]), wrong);
    t.equal(leadingCheck([wrong, stale]), stale);
  },
);

t.test("an anomaly without an operation is told by the check's summary", async (t) => {
  const checks = [check({ kind: "stuck", related: [] })];
  t.equal(sentenceFor({ ...pieces, checks }), "No order explains op 2.");
});

t.test("the other verdicts give their figures or their reason", async (t) => {
  t.equal(
    sentenceFor({ ...pieces, verdict: "valid" }),
    "4,212 operations in 60 s (3,900 ok, 300 failed, 12 unknown) are what a correct system could " +
      "have answered, under 1 fault that took effect (partition).",
  );
  const undecided = check({ kind: "unordered", related: [] });
  t.equal(
    sentenceFor({
      ...pieces,
      verdict: "unknown",
      checks: [{ ...undecided, verdict: "unknown", summary: "time ran out after 9 steps" }],
    }),
    "Nothing is claimed: linearizable: time ran out after 9 steps.",
  );
  t.equal(
    sentenceFor({ ...pieces, verdict: "vacuous", vacuous: ["too few reads", "no fault"] }),
    "Nothing was proven: too few reads (and 1 more reason).",
  );
});

t.test(
  "what broke inside stands next to what a client saw, and says which came first",
  async (t) => {
    const broken = (at: number): SentencePieces["checks"][number] => ({
      ...check({
        kind: "broken-invariant",
        related: [],
        time: at * second,
        nodes: ["n2", "n1"],
        observed: "n2 became leader of term 7, which n1 leads or has led.",
      }),
      checker: "raft-invariants",
    });
    const both = { ...pieces, checks: [...pieces.checks, broken(11.91)] };
    t.match(
      sentenceFor(both),
      /^client 7 read .* to 12\.3 s; inside, before that, at 11\.91 s, n2 became leader of term 7, which n1 led or has led\.$/,
    );
    const late = { ...pieces, checks: [...pieces.checks, broken(12.5)] };
    t.match(sentenceFor(late), /; inside, after that, at 12\.50 s, n2 became/);
    const alone = { ...pieces, checks: [broken(11.91)] };
    t.equal(
      sentenceFor(alone),
      "At 11.91 s n2 became leader of term 7, which n1 led or has led; n2 was isolated from 9.2 s to 12.3 s (partition).",
    );
  },
);

t.test("the role of the node that answered comes from the traces", async (t) => {
  const traces = {
    n2: [{ mono: second, kind: "role", role: "leader", term: 4 }],
    n3: [{ mono: 11.2 * second, kind: "role", role: "leader", term: 5 }],
  };
  t.match(
    sentenceFor({ ...pieces, traces }),
    /; n2 was a deposed leader \(term 4, n3 led term 5 since 11\.20 s\), isolated from 9\.2 s to 12\.3 s\.$/,
  );
  const { n2 } = traces;
  t.match(
    sentenceFor({ ...pieces, traces: { n2 } }),
    /; n2, the leader of term 4, was isolated from 9\.2 s to 12\.3 s\.$/,
  );
});

t.test(
  "what a client saw is told before what broke inside, and that before what stood still",
  async (t) => {
    const stuck = {
      ...check({ kind: "stuck", related: [] }),
      checker: "liveness",
      summary: "it stands",
    };
    const exits = { ...stuck, checker: "exits", summary: "n1 ended; n1 ended", anomalies: [] };
    t.match(sentenceFor({ ...pieces, checks: [stuck, ...pieces.checks] }), /^client 7 read/);
    t.equal(sentenceFor({ ...pieces, checks: [stuck, exits] }), "n1 ended.");
  },
);

t.test("a sentence stays short: what weighs least is left out", async (t) => {
  const long = "x".repeat(200);
  const inside = {
    ...check({ kind: "broken-invariant", related: [], time: second, observed: `${long}.` }),
    checker: "raft-invariants",
  };
  const sentence = sentenceFor({ ...pieces, checks: [...pieces.checks, inside] });
  t.ok(sentence.length <= 351);
  t.match(sentence, /isolated from/);
  t.notMatch(sentence, /xxx/);
});

t.test("what a restart lost is told with the kill, not with a partition beside it", async (t) => {
  const killed: FaultResult = {
    ...isolated,
    id: "kill-1",
    fault: "kill",
    effect: { down: ["n2"] },
    injectedAt: 9 * second,
    healedAt: 11 * second,
  };
  const lost = check({
    kind: "broken-invariant",
    related: [],
    time: 11 * second,
    nodes: ["n2"],
    expected: "durability: what a node had on disk is there when it starts again (fig. 2)",
    observed: "n2 forgot over a restart that it had voted for n1 in term 2.",
  });
  const sentence = sentenceFor({ ...pieces, checks: [lost], faults: [killed, isolated] });
  t.match(sentence, "; n2 was down from 9.0 s to 11.0 s (kill); broken rule: Durability");
});

t.test(
  "a node that gave up is told with the time, what had taken it down, and the rule",
  async (t) => {
    const killed: FaultResult = {
      ...isolated,
      fault: "power-loss",
      effect: { down: ["n2"] },
      injectedAt: 9 * second,
      healedAt: 11 * second,
    };
    const observed = "n2 ended by itself: the write-ahead log is corrupt: record 3 is damaged";
    const gaveUp = (at: number): SentencePieces["checks"][number] => ({
      ...check({ kind: "gave-up", related: [], time: at * second, nodes: ["n2"], observed }),
      checker: "exits",
    });
    t.match(
      sentenceFor({ ...pieces, checks: [gaveUp(11.01)], faults: [killed, isolated] }),
      /^At 11\.01 s n2 ended by itself: .* damaged; n2 was down from 9\.0 s to 11\.0 s \(power-loss\); points to this rule: what a node/,
    );
  },
);

t.test(
  "two leaders of one term stand first, and a broken promise of that term beside them",
  async (t) => {
    const other = { value: { value: "v99", version: 6 } };
    const answered = ops.map((op) => (op.index === 3 ? { ...op, ...other } : op));
    const leader = (at: number) => [{ mono: at * second, kind: "role", role: "leader", term: 4 }];
    const traces = { n1: leader(3), n2: leader(5) };
    const at = (seconds: number, term: number) => ({
      ...{
        time: seconds * second,
        nodes: ["n2"],
        expected: "election-majority: a leader has a majority",
      },
      ...{ observed: `n2 became leader of term ${term} alone.`, term },
    });
    const broken = {
      ...check({ kind: "broken-invariant", related: [], ...at(1, 1) }),
      checker: "raft-invariants",
      stats: { violations: 9, near: [at(5, 4), at(6, 5)] },
    };
    const checks = [...pieces.checks, broken];
    const told = sentenceFor({ ...pieces, ops: answered, faults: [], traces, checks });
    t.match(told, /^n1 and n2 both led term 4; client 7 read k3 = v99 \(version 6\) from n2/);
    t.match(
      told,
      /inside, before that, at 5\.00 s, n2 became leader of term 4 alone \(one of 9 violations\)/,
    );
  },
);

t.test(
  "what of a log is nowhere stands first, with the crash point that its node met",
  async (t) => {
    const crashed: FaultResult = {
      ...isolated,
      fault: "crash-point",
      detail: { point: "after-replace" },
      effect: { down: ["n2"] },
    };
    const observed = "n2 ended by itself: it begins after index 123, but the snapshot ends at 82";
    const exit = check({
      kind: "gave-up",
      related: [],
      time: 12.4 * second,
      nodes: ["n2"],
      observed,
    });
    const told = sentenceFor({
      ...pieces,
      faults: [crashed],
      checks: [{ ...exit, checker: "exits" }],
    });
    t.match(
      told,
      /^entries 83 to 123 are in neither the log nor the snapshot of n2, which had crashed after-replace; at 12\.40 s n2 ended/,
    );
  },
);

t.test("who reported what, and that the data was right", async (t) => {
  const refused = ops.map((op) =>
    op.index === 1 ? { ...op, type: "fail" as const, error: "ErrVersion" } : op,
  );
  const expected = "info: a copy may have taken effect";
  const wrong = check({ kind: "wrong-answer", key: "k3", operation: 0, related: [], expected });
  const sound = { ...wrong, verdict: "valid" as const, anomalies: [] };
  const checks = [sound, { ...wrong, checker: "answers" }];
  t.match(
    sentenceFor({ ...pieces, ops: refused, checks, faults: [] }),
    /^client 3 reported its put k3 = v42 at version 5 as refused \(ErrVersion\) at 11\.98 s, but .*; no data was wrong, the client's report was/,
  );
});

t.test("of two nodes that disagree, the isolated one is named", async (t) => {
  const cut = (node: string, from: readonly string[]) =>
    from.flatMap((other) => [
      { from: node, to: other },
      { from: other, to: node },
    ]);
  const faults: FaultResult[] = [
    { ...isolated, targets: ["n1"], effect: { cut: cut("n1", ["n2", "n3", "n4", "n5"]) } },
    {
      ...isolated,
      id: "partition-2",
      effect: { cut: [...cut("n2", ["n4", "n5"]), ...cut("n3", ["n4", "n5"])] },
    },
  ].map((fault) => ({ ...fault, healedAt: 13 * second }));
  const other = { value: { value: "v99", version: 6 } };
  const answered = ops.map((op) => (op.index === 3 ? { ...op, ...other } : op));
  t.match(
    sentenceFor({ ...pieces, ops: answered, faults }),
    "; n1 was isolated from 9.2 s to 13.0 s",
  );
});

t.test("a trace that is missing is named, unless the others show who led", async (t) => {
  const line = (at: number, name: string, term: number, leader: string | null) => {
    return { mono: at * second, kind: "role", role: name, term, leader };
  };
  const n2 = [line(11, "leader", 4, "n2")];
  const n3 = [line(11, "follower", 4, "n2")];
  const nodes = ["n1", "n2", "n3"];
  const said = (traces: NonNullable<SentencePieces["traces"]>) =>
    sentenceFor({ ...pieces, traces, nodes });
  t.match(
    said({ n2, n3 }),
    /whether n1 led a later term is unknown: the trace of n1 is missing\.$/,
  );
  t.match(said({ n1: n3, n3 }), /the role of n2 is unknown: the trace of n2 is missing\.$/);
  const told = said({ n2, n3: [...n3, line(12, "follower", 5, "n1")] });
  t.match(told, /n2 was a deposed leader \(term 4, n1 led term 5 since 12\.00 s\)/);
  t.notMatch(told, /missing/);
});

t.test("directions and line ends in a key or a value are shown, not obeyed", async (t) => {
  const turned = "k\u202e3\n\u2066";
  const told = sentenceFor({
    ...pieces,
    checks: [check({ kind: "stale-read", key: turned, operation: 2, related: [0] })],
    ops: ops.map((op) => ({ ...op, key: turned })),
  });
  t.ok(told.startsWith("client 7 read k\\u202e3\\n\\u2066 = v41"), told);
  const summary = "the key a\u202eb was lost";
  const checks = [{ ...check({ kind: "unordered", related: [] }), summary, anomalies: [] }];
  t.equal(sentenceFor({ ...pieces, checks }), "the key a\\u202eb was lost.");
});

t.test(
  "of many violations the first is called so, and a fault without proof is not a fact",
  async (t) => {
    const broken = {
      ...check({
        kind: "broken-invariant",
        related: [],
        time: second,
        observed: "n3 ran ahead.",
      }),
      checker: "raft-invariants",
      stats: { violations: 2572 },
    };
    const told = sentenceFor({ ...pieces, checks: [...pieces.checks, broken] });
    t.match(told, /n3 ran ahead \(the first of 2,572 violations\)/);
    t.match(
      sentenceFor({ ...pieces, faults: [{ ...isolated, effective: null }] }),
      /isolated from 9\.2 s to 12\.3 s \(asked for, not proven\)/,
    );
  },
);
