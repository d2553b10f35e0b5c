import t from "tap";
import { createRng } from "../cluster/env/rng.ts";
import type { FaultSpec, NemesisSpec } from "../workloads/workload.ts";
import { drawSwarm } from "./swarm.ts";

const entry = (fault: string): FaultSpec => ({
  fault,
  everyMs: { from: 8000, to: 12_000 },
  forMs: { from: 1000, to: 2000 },
  parameters: {
    nodes: ["leader", "minority", "all"],
    chance: { from: 10, to: 500 },
    rate: { from: 0.5, to: 2 },
    fixed: "n1",
  },
});
const spec: NemesisSpec = {
  quiet: { firstMs: 1000, lastMs: 2000 },
  overlap: true,
  faults: ["a", "b", "c", "d"].map(entry),
  swarm: true,
};
const seeds = Array.from({ length: 1000 }, (_, seed) => seed);
const drawn = seeds.map((seed) => drawSwarm(spec, createRng(seed)));

t.test("a schedule that is no swarm stays what it is", async (t) => {
  const { swarm: _, ...plain } = spec;
  t.same(drawSwarm(plain, createRng(1)), plain);
  t.notOk(
    drawn.some((one) => "swarm" in one),
    "what is drawn is no swarm any more",
  );
});

t.test("the same seed draws the same schedule, in whole numbers", async (t) => {
  t.same(drawSwarm(spec, createRng(7)), drawn[7]);
  for (const { faults } of drawn) {
    for (const { everyMs, forMs, parameters } of faults) {
      const numbers = [everyMs, forMs, parameters["chance"]].flatMap((range) =>
        Object.values(range as { readonly from: number; readonly to: number }),
      );
      if (!numbers.every(Number.isInteger)) t.fail(String(numbers));
    }
  }
});

t.test("each kind is left out of some runs, and in more than nine of ten", async (t) => {
  for (const kind of ["a", "b", "c", "d"]) {
    const count = drawn.filter(({ faults }) => faults.some(({ fault }) => fault === kind)).length;
    t.ok(count > 930 && count < 1000, `${kind} in ${count} of 1000`);
  }
});

t.test("how often and how long they come varies widely", async (t) => {
  const everyMs = drawn.flatMap(({ faults }) => faults.flatMap((one) => one.everyMs?.from ?? []));
  t.equal(Math.min(...everyMs), 3000);
  t.equal(Math.max(...everyMs), 30_000);
  const forMs = drawn.flatMap(({ faults }) => faults.map((one) => one.forMs.to));
  t.same([Math.min(...forMs), Math.max(...forMs)], [1000, 2000]);
});

t.test("lists and ranges are narrowed, never to nothing or beyond", async (t) => {
  const sizes = new Set<number>();
  for (const { parameters } of drawn.flatMap(({ faults }) => faults)) {
    const nodes = parameters["nodes"] as readonly string[];
    sizes.add(nodes.length);
    const { from, to } = parameters["chance"] as { readonly from: number; readonly to: number };
    if (nodes.length === 0 || from < 10 || to > 500 || from > to) t.fail(`${nodes} ${from}..${to}`);
    t.same([parameters["rate"], parameters["fixed"]], [{ from: 0.5, to: 2 }, "n1"]);
  }
  t.same([...sizes].sort(), [1, 2, 3]);
});
