import type { Anomaly } from "porcupine-ts";
import t from "tap";
import { faultBands } from "../fault-bands.ts";
import type { PairedOperation } from "../operations.ts";
import type { FaultResult, TraceLine } from "../result.ts";
import { lookupIn } from "../testing/lookup.ts";
import { explainAnomaly } from "./explain.ts";
import { deposalOf, ruleOfStuck } from "./stuck.ts";

const second = 1e9;
const get: PairedOperation = {
  ...{ index: 4, process: 7, f: "get", key: "k1", node: null, input: undefined, output: undefined },
  ...{ outcome: "info", error: "timeout", call: 20 * second, return: null },
};
const anomaly: Anomaly = {
  kind: "stuck",
  operation: 4,
  related: [],
  expected: "an acknowledged operation within 10000 ms of the return of a majority",
  observed: "none was acknowledged within 26148 ms",
};

function role(at: number, name: string, term: number, leader: string | null = null): TraceLine {
  return { mono: at * second, kind: "role", role: name, term, leader };
}

t.test(
  "what stood still is told by the first operation that waited, not by an order",
  async (t) => {
    const check = { checker: "recovery", summary: "" };
    t.match(explainAnomaly(check, anomaly, lookupIn([get])), {
      class: "stuck",
      text: "A majority was back at 20.00 s, but no operation was acknowledged within 26.15 s; client 7's get of k1 was sent at 20.00 s and its outcome never known",
    });
  },
);

t.test("its rule is what the roles show meanwhile", async (t) => {
  const led = {
    n1: [role(5, "leader", 2, "n1")],
    n2: [role(19, "follower", 2), role(21, "follower", 2)],
  };
  t.match(ruleOfStuck(anomaly, get, { traces: led }), {
    certainty: "likely",
    text: /does not hold up the others/,
    because:
      "n1 led term 2 from 5.00 s on, and nothing was acknowledged, and followers lost sight of it 1 time",
  });
  const stood = { n1: [21, 22, 23].map((at) => role(at, "candidate", at)) };
  t.match(ruleOfStuck(anomaly, get, { traces: stood }), {
    text: /a leader that lasts/,
    because: "nodes stood for election 3 times from 20.00 s on, and led 0 times",
  });
  const once = { n1: [role(5, "leader", 2, "n1"), role(21, "candidate", 3)] };
  t.equal(
    ruleOfStuck(anomaly, get, { traces: once }),
    null,
    "it no longer leads, and nobody knows why",
  );
  t.equal(ruleOfStuck(anomaly, get, { traces: {} }), null);
  const expected = "the leader that all of n1, n2 heard leads on";
  const observed = "n1, which had led term 3, was follower in term 5";
  t.match(ruleOfStuck({ expected, observed }, null, { traces: {} }), {
    text: /pre-vote/,
    because: observed,
  });
  const cut = {
    n1: [role(5, "leader", 3, "n1"), role(21.002, "follower", 4)],
    n4: [role(5.1, "follower", 3, "n1"), role(21, "candidate", 4)],
  };
  const anyway = { expected, observed };
  t.match(ruleOfStuck(anyway, null, { traces: cut }), {
    because:
      "n4 stood for election in term 4 at 21.000 s, and n1, leader of term 3, gave way to that term at 21.002 s",
  });
  t.match(deposalOf(anyway, cut), { at: 21.002 * second });
  t.equal(deposalOf(anyway, { n1: cut.n1 }), null, "nobody's trace shows who it was");
});

t.test("a leader that lasted is told with the peers that did not answer it", async (t) => {
  const led = {
    n1: [role(20.5, "leader", 4, "n1")],
    n2: [17, 18, 19, 22, 23, 24]
      .map((at) => role(at, "candidate", 4))
      .concat(role(40, "follower", 4)),
  };
  const kill: FaultResult = {
    ...{ id: "kill-1", fault: "kill", targets: ["n3"], detail: {}, effect: { down: ["n3"] } },
    ...{
      injectedAt: 19 * second,
      healedAt: 30 * second,
      effective: true,
      evidence: "",
      skipped: null,
    },
  };
  const bands = faultBands(
    [kill, { ...kill, id: "kill-2", injectedAt: 1, healedAt: 2 }],
    50 * second,
  );
  t.match(ruleOfStuck(anomaly, get, { traces: led, bands }), {
    text: /does not hold up the others/,
    because:
      "n1 led term 4 from 20.50 s on, and nothing was acknowledged while n3 was down from 19.0 s to 30.0 s",
  });
  const expected = "a leader and an acknowledged write within 10000 ms while n4 was down";
  t.match(ruleOfStuck({ expected }, null, { traces: led }), {
    because: /acknowledged while n4 was down/,
  });
});
