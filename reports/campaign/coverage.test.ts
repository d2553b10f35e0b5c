import t from "tap";
import type { FaultResult } from "../result.ts";
import { coverageOf, type RoleTurns, sumCoverage } from "./coverage.ts";

const turns: RoleTurns = {
  n1: [
    { at: 0, role: "follower", term: 0 },
    { at: 1e9, role: "leader", term: 1 },
  ],
  n2: [
    { at: 0, role: "follower", term: 0 },
    { at: 10e9, role: "candidate", term: 2 },
  ],
};
const fault = (at: number, node: string, more: Partial<FaultResult> = {}): FaultResult => ({
  id: `pause-${at}`,
  fault: "pause",
  targets: [node],
  detail: {},
  effect: { paused: [node] },
  injectedAt: at * 1e9,
  healedAt: (at + 1) * 1e9,
  effective: true,
  evidence: "",
  skipped: null,
  ...more,
});
const cells = (faults: readonly FaultResult[]) =>
  coverageOf(faults, turns).map(({ role, phase, count }) => `${role} ${phase} ${count}`);

t.test("role and phase are those of the moment of the injection", async (t) => {
  t.same(cells([fault(0.5, "n1")]), ["follower election 1"], "nobody leads yet");
  t.same(cells([fault(5, "n1")]), ["leader steady 1"]);
  t.same(cells([fault(11, "n2")]), ["candidate election 1"], "a newer term without a leader");
  t.same(cells([fault(11, "n1")]), ["leader election 1"], "of an older term");
  t.same(cells([fault(5, "n9")]), ["no-role steady 1"]);
});

t.test("only injections that took effect count", async (t) => {
  t.same(cells([fault(5, "n1", { effective: false }), fault(6, "n1", { effective: null })]), []);
  t.same(cells([fault(5, "n1", { skipped: "no target", injectedAt: null })]), []);
});

t.test("a second fault overlaps; a leader that is frozen leads nobody", async (t) => {
  t.same(cells([fault(5, "n1"), fault(5.5, "n2")]), [
    "leader steady 1",
    "follower election 1",
    "follower overlap 1",
  ]);
});

t.test("a fault on several nodes counts once a role, one on links where it cut off", async (t) => {
  t.same(cells([fault(5, "n1", { targets: ["n2", "n3", "n1"] })]), [
    "leader steady 1",
    "follower steady 1",
    "no-role steady 1",
  ]);
  const cut = ["n2", "n3"].flatMap((node) => [
    { from: "n1", to: node },
    { from: node, to: "n1" },
  ]);
  t.same(cells([fault(5, "n1", { targets: [], effect: { cut } })]), ["leader steady 1"]);
});

t.test("runs add up", async (t) => {
  const one = coverageOf([fault(5, "n1")], turns);
  t.match(sumCoverage([...one, ...one]), [{ fault: "pause", role: "leader", count: 2 }]);
});
