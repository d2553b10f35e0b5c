import t from "tap";
import { createRng } from "../env/rng.ts";
import { drawCore } from "./core.ts";

const nodes = ["n1", "n2", "n3", "n4", "n5"];

t.test("a core is a majority or more, never with a node that lost its data", async (t) => {
  const plans = Array.from({ length: 200 }, (_, seed) =>
    drawCore(nodes, new Set(["n2"]), createRng(seed)),
  );

  for (const { core, away } of plans) {
    t.ok(core.length >= 3 && !core.includes("n2"));
    t.same([...core, ...away].sort(), nodes, "who is not in it is away");
  }
  const whole = plans.filter(({ core }) => core.length === 4).length;
  t.ok(whole > 60 && whole < 140, "everyone who can be asked, every second time");
  t.ok(new Set(plans.map(({ core }) => core.join())).size > 4, "else another one each time");
});

t.test("with a bare majority left, that is the core", async (t) => {
  const lost = new Set(["n1", "n5"]);
  t.same(drawCore(nodes, lost, createRng(1)), { core: ["n2", "n3", "n4"], away: ["n1", "n5"] });
});
