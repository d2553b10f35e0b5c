import t from "tap";
import type { NodeProgram } from "../env/program.ts";
import { calm } from "./hostility.ts";
import { createWatch } from "./watch.ts";
import { createWorld } from "./world.ts";

/** Says every second that it lives. */
const program: NodeProgram<null> = {
  rules: null,
  start: ({ clock, trace }) => {
    trace({ kind: "start" });
    const tick = (): void => {
      trace({ kind: "status" });
      clock.setTimer(1000, tick);
    };
    clock.setTimer(1000, tick);
  },
};

t.test("a line of a trace has the wall clock of its node, a lie included", async (t) => {
  const nodes = ["n1", "n2"];
  const watch = createWatch(nodes, true);
  const { onTrace } = watch;
  const shape = { options: {}, seed: 1, hostility: calm, codecs: false };
  const world = createWorld({ program, rules: null, nodes, ...shape, onTrace });
  watch.begin(world);
  world.runUntil(1.5e9);
  world.control.setClock("n1", { offsetMs: -90_000, rate: 2 }, () => undefined);
  world.runUntil(3.5e9);

  const wallOf = (node: string): number[] =>
    (watch.traces.get(node) ?? []).map((line) => JSON.parse(line).wall - 1_700_000_000_000);
  t.same(wallOf("n2"), [0, 1000, 2000, 3000]);
  t.same(wallOf("n1"), [0, 1000, -87_500, -85_500], "90 s behind from 1.5 s on, twice as fast");
});
