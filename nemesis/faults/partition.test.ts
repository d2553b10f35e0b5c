import t from "tap";
import { createRng } from "../../cluster/env/rng.ts";
import type { ClusterView } from "../fault.ts";
import { linkKey } from "../grudge.ts";
import { fault } from "./partition.ts";

const nodes = ["n1", "n2", "n3", "n4", "n5"];

function resolve(leader: string | null, seed: number) {
  const view: Partial<ClusterView> = { nodes, leader, cut: [] };
  const parameters = { shape: "leader-in-minority" };
  return fault.resolve(view as ClusterView, parameters, createRng(seed));
}

t.test(
  "a leader in the minority keeps followers, always others, and hears no majority",
  async (t) => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const instance = resolve("n3", seed);
      if (typeof instance === "string") throw new Error(instance);
      const { targets, effect } = instance;
      const others = nodes.filter((node) => !targets.includes(node));

      t.equal(targets.length, 2);
      t.ok(targets.includes("n3"));
      const keys = new Set((effect.cut ?? []).map(linkKey));
      t.equal(keys.size, 12);
      const pairs = targets.flatMap((from) => others.map((to) => ({ from, to })));
      t.ok(pairs.every(({ from, to }) => keys.has(`${from}>${to}`) && keys.has(`${to}>${from}`)));
      for (const node of targets) seen.add(node);
    }
    t.same([...seen].sort(), nodes);
  },
);

t.test("without a leader there is nothing to cut", async (t) => {
  t.equal(resolve(null, 1), "no leader known");
});
