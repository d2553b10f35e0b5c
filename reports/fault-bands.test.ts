import t from "tap";
import { faultBands } from "./fault-bands.ts";
import { nodeLanes } from "./node-lanes.ts";
import type { CheckerResult, FaultResult } from "./result.ts";

const base: FaultResult = {
  id: "partition-1",
  fault: "partition",
  targets: ["n1"],
  detail: { shape: "one-way" },
  injectedAt: 100,
  healedAt: 200,
  effective: true,
  evidence: "",
  skipped: null,
};

t.test("a cut is told as each node felt it", async (t) => {
  const [n1, n2, n3] = ["n1", "n2", "n3"];
  const both = [
    { from: n1, to: n2 },
    { from: n2, to: n1 },
  ];
  const cases = [
    {
      name: "alone",
      cut: [...both, { from: n1, to: n3 }, { from: n3, to: n1 }],
      clause: "was isolated",
      state: "cut",
    },
    { name: "one way", cut: [{ from: n1, to: n2 }], clause: "could not reach n2", state: "cut" },
    { name: "a pair", cut: both, clause: "was cut off from n2", state: "cut" },
    {
      name: "deaf",
      cut: [{ from: n2, to: n1 }],
      clause: "could not hear n2",
      state: "cut",
    },
  ];
  for (const { name, cut, clause, state } of cases) {
    const [band] = faultBands([{ ...base, effect: { cut } }], 1000);
    t.match(
      band?.touched.find(({ node }) => node === "n1"),
      { clause, state },
      name,
    );
  }
});

t.test("a node that lost only the isolated one is partly cut", async (t) => {
  const cut = ["n2", "n3"].flatMap((other) => [
    { from: "n1", to: other },
    { from: other, to: "n1" },
  ]);
  const [band] = faultBands([{ ...base, effect: { cut } }], 1000);
  t.same(
    band?.touched.map(({ node, state }) => [node, state]),
    [
      ["n1", "cut"],
      ["n2", "partly-cut"],
      ["n3", "partly-cut"],
    ],
  );
});

t.test("a fault without a declared effect is read by its name", async (t) => {
  const faults = ["kill", "pause", "clock", "partition", "lose-messages"];
  const states = faults.map((fault) => {
    const [band] = faultBands([{ ...base, fault }], 1000);
    return band?.touched[0]?.state ?? "none";
  });
  t.same(states, ["down", "paused", "skewed", "cut", "none"]);
});

t.test(
  "links, disks and lost nodes show on the lanes of their nodes while it lasted",
  async (t) => {
    const link = { from: "n1", to: "n2" };
    const effects = [
      { slow: [link] },
      { lossy: [link] },
      { reset: [link] },
      { disks: ["n2"] },
      { disks: ["n1"], retired: ["n1"] },
    ];
    const faults = effects.map((effect, at) => ({ ...base, id: `f-${at}`, effect }));
    const bands = faultBands(faults, 1000);
    const [n1, n2, n3] = nodeLanes(["n1", "n2", "n3"], {}, bands, 1000);

    const spans = (lane: typeof n1) => lane?.states.map(({ state, from, to }) => [state, from, to]);
    t.same(spans(n1), [
      ["slow", 100, 200],
      ["lossy", 100, 200],
      ["reset", 100, 200],
      ["disk", 100, 200],
      ["retired", 100, 1000],
    ]);
    t.same(
      spans(n2)?.map(([state]) => state),
      ["slow", "lossy", "reset", "disk"],
    );
    t.same(spans(n3), []);
  },
);

t.test("a skipped fault has no band, one that was never healed lasts to the end", async (t) => {
  const skipped = { ...base, injectedAt: null, healedAt: null, skipped: "no leader known" };
  t.same(faultBands([skipped], 1000), []);
  t.match(faultBands([{ ...base, healedAt: null }], 1000), [{ from: 100, to: 1000 }]);
});

t.test("a node's role ends where a kill began, and starts again as a follower", async (t) => {
  const kill: FaultResult = { ...base, id: "kill-1", fault: "kill", effect: { down: ["n1"] } };
  const trace = {
    n1: [
      { mono: 0, kind: "start", term: 0 },
      { mono: 10, kind: "role", role: "leader", term: 1 },
      { mono: 190, kind: "start", term: 1 },
    ],
  };
  const [lane] = nodeLanes(["n1"], trace, faultBands([kill], 300), 300);
  t.same(lane?.roles, [
    { from: 0, to: 10, role: "follower", term: 0 },
    { from: 10, to: 100, role: "leader", term: 1 },
    { from: 190, to: 300, role: "follower", term: 1 },
  ]);
  t.match(lane?.states, [{ from: 100, to: 200, state: "down", fault: "kill-1" }]);
});

t.test(
  "the lane of a node that ended by itself ends there, and no later fault is on it",
  async (t) => {
    const kill = { ...base, fault: "kill", effect: { down: ["n1"] } };
    const faults = [
      { ...kill, id: "kill-1", injectedAt: 100, healedAt: 450 },
      { ...kill, id: "kill-2", injectedAt: 700, healedAt: 800 },
    ];
    const trace = { n1: [{ mono: 0, kind: "start", term: 1 }] };
    const anomaly = { kind: "gave-up", related: [], time: 400, nodes: ["n1"] } as const;
    const exits = { checker: "exits", anomalies: [anomaly] } as unknown as CheckerResult;
    const laneOf = (lines: typeof trace) =>
      nodeLanes(["n1"], lines, faultBands(faults, 1000), 1000, [exits])[0];

    t.match(laneOf(trace)?.states, [
      { fault: "kill-1", to: 400 },
      { from: 400, to: 1000, state: "exited" },
    ]);
    t.equal(laneOf(trace)?.states.length, 2);
    const back = { n1: [...trace.n1, { mono: 500, kind: "start", term: 1 }] };
    t.match(
      laneOf(back)?.states,
      [{ fault: "kill-1" }, { fault: "kill-2" }],
      "unless it came back",
    );
    t.equal(laneOf(back)?.goneFrom, null);
  },
);
