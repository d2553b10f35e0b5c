import t from "tap";
import { coreScale } from "../core-scale.ts";
import type { FaultBand, NodeEffect } from "../fault-bands.ts";
import type { NodeLane, StateSpan } from "../node-lanes.ts";
import { statesSeen } from "./core-states.ts";

/** One second is drawn; times are in hundredths of it. */
const scale = coreScale([{ from: 0, to: 1e9 }]);

function seen(...spans: readonly (readonly [StateSpan["state"], number, number, string])[]) {
  const states = spans.map(([state, from, to], at) => ({
    ...{ state, from: from * 1e7, to: to * 1e7 },
    fault: `f-${at}`,
  }));
  const bands = spans.map(([state, from, to, clause], at) => ({
    ...{ id: `f-${at}`, kind: "partition", label: "", targets: [], effective: true, from, to },
    touched: [{ node: "n1", state: state as NodeEffect["state"], clause }],
  })) satisfies FaultBand[];
  const lane: NodeLane = { node: "n1", roles: [], states, goneFrom: null, commits: [] };
  return statesSeen(lane, scale, bands).map(({ from, to, words }) => [from / 1e7, to / 1e7, words]);
}

t.test("what two faults did alike is one span, cuts from others are two", async (t) => {
  t.same(seen(["down", 0, 50, ""], ["down", 50, 80, ""]), [[0, 80, "down"]]);
  t.same(seen(["cut", 0, 50, "was cut off from n2"], ["cut", 50, 80, "was isolated"]), [
    [0, 50, "cut off from n2"],
    [50, 80, "isolated"],
  ]);
  t.same(seen(["cut", 0, 50, "was isolated"], ["cut", 40, 80, "was isolated"]), [
    [0, 80, "isolated"],
  ]);
});

t.test("that a node was cut in part is no news where it was cut off altogether", async (t) => {
  t.same(seen(["partly-cut", 0, 60, "was cut off from n2"], ["cut", 40, 80, "was isolated"]), [
    [0, 40, "cut off from n2"],
    [40, 80, "isolated"],
  ]);
  t.same(seen(["down", 200, 300, ""], ["slow", 0, 50, ""]), [], "at another time, or not drawn");
});
