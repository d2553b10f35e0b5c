import t from "tap";
import type { Effect, Instance } from "./fault.ts";
import { isHidden, visiblePart, withoutGone } from "./visible.ts";

const instance = (targets: readonly string[], effect: Effect): Instance => ({
  targets,
  detail: {},
  effect,
});
const [there, back] = [
  { from: "n1", to: "n2" },
  { from: "n2", to: "n1" },
];
const kill = instance(["n1", "n2"], { down: ["n1", "n2"] });
const partition = instance(["n1"], { cut: [there, back] });

t.test("a look leaves out what others stopped or cut", async (t) => {
  t.same(visiblePart(kill, [instance(["n2"], { paused: ["n2"] })]).targets, ["n1"]);
  t.same(visiblePart(partition, [instance(["n2"], { cut: [back] })]).effect.cut, [there]);
  t.equal(visiblePart(kill, []), kill);
});

t.test("one is hidden by whoever stopped a target or an end of a link", async (t) => {
  t.ok(isHidden(partition, [instance(["n2"], { down: ["n2"] })]));
  t.notOk(isHidden(partition, [instance(["n3"], { down: ["n3"] })]));
  t.notOk(isHidden(partition, [instance(["n2"], { slow: [there] })]));
});

t.test("nothing on a node that is gone can be seen to heal", async (t) => {
  const gone = new Set(["n1"]);
  t.equal(withoutGone(kill, new Set()), kill);
  t.match(withoutGone(kill, gone), { targets: ["n2"], effect: { down: ["n2"] } });
  t.equal(withoutGone(kill, new Set(["n1", "n2"])), null);
  t.equal(withoutGone(partition, gone), null, "each of its links ends there");
  const ring = instance(["n1"], { slow: [there, { from: "n2", to: "n3" }] });
  t.same(withoutGone(ring, gone)?.effect.slow, [{ from: "n2", to: "n3" }]);
  const clocks = ["n1", "n2"].map((node) => ({ node, setting: { offsetMs: 9, rate: 1 } }));
  t.same(withoutGone(instance(["n1", "n2"], { skewed: clocks }), gone)?.effect.skewed, [clocks[1]]);
});
