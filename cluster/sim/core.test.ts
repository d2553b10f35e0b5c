import t from "tap";
import { linkKey } from "../../nemesis/grudge.ts";
import type { Control, Done, Link } from "../control.ts";
import type { NodeName } from "../env/env.ts";
import { createRng } from "../env/rng.ts";
import {
  type Absence,
  type CorePlan,
  describeAway,
  drawCore,
  isDisturbed,
  isolateCore,
  reunite,
} from "./core.ts";

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
  const plan = drawCore(nodes, lost, createRng(1));
  t.match(plan, { core: ["n2", "n3", "n4"], away: ["n1", "n5"] });
  t.notOk(isDisturbed(plan), "who has lost its data is stopped in any case");
  t.equal(describeAway(plan), "n1 was down for good, n5 was down for good");
  t.equal(
    describeAway({ ...plan, lost: new Set(["n1"]), absence: "only-sends" }),
    "n1 was down for good, n5 was heard by them and heard none of them",
  );
  t.equal(describeAway({ ...plan, away: [] }), null);
});

/** What becomes of a cluster of calls on its control, in order. */
function callsOf(play: (control: Control, done: Done) => void): string[] {
  const calls: string[] = [];
  const node = (what: string) => (name: NodeName, done: Done) => {
    calls.push(`${what} ${name}`);
    done(null);
  };
  const links = (what: string) => (cut: readonly Link[], done: Done) => {
    calls.push(`${what} ${cut.map(linkKey).sort().join(" ")}`.trim());
    done(null);
  };
  const control: Partial<Control> = {
    nodes,
    kill: node("kill"),
    start: node("start"),
    cut: links("cut"),
    join: links("join"),
  };
  play(control as Control, () => undefined);
  return calls;
}

t.test("who is away is stopped, or up and cut off from the core as drawn", async (t) => {
  const plan = (absence: Absence): CorePlan => ({
    core: ["n1", "n2", "n3"],
    away: ["n4", "n5"],
    lost: new Set(["n5"]),
    absence,
  });
  const starts = (...names: string[]) => names.map((name) => `start ${name}`);
  const [hears, sends] = [
    "n1>n4 n1>n5 n2>n4 n2>n5 n3>n4 n3>n5",
    "n4>n1 n4>n2 n4>n3 n5>n1 n5>n2 n5>n3",
  ];
  const isolated = (absence: Absence) =>
    callsOf((control, done) => isolateCore(plan(absence), control, done));

  t.same(isolated("stopped"), ["kill n4", "kill n5", "cut", ...starts("n1", "n2", "n3")]);
  const up = starts("n1", "n2", "n3", "n4");
  t.same(isolated("only-sends"), ["kill n5", `cut ${hears}`, ...up]);
  t.same(isolated("only-hears"), ["kill n5", `cut ${sends}`, ...up]);
  t.same(isolated("cut-off"), [
    "kill n5",
    `cut ${[...hears.split(" "), ...sends.split(" ")].sort().join(" ")}`,
    ...up,
  ]);
  t.ok(isDisturbed(plan("only-sends")));
  t.notOk(isDisturbed(plan("stopped")));
  t.same(
    callsOf((control, done) => reunite(plan("only-sends"), control, done)),
    [`join ${hears}`, "start n4"],
  );
});
