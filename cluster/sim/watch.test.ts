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

t.test(
  "messages are recorded at both ends, on the world's clock, if traces are kept",
  async (t) => {
    const nodes = ["n1", "n2"];
    const greeting: NodeProgram<unknown> = {
      rules: null,
      start: ({ node, network, clock }) => {
        network.onFrame(() => undefined);
        const greet = (): void =>
          network.send("n2", { type: "hello", term: 1, text: "x".repeat(99) });
        if (node === "n1") clock.setTimer(1000, greet);
      },
    };
    const shape = { nodes, rules: null, options: {}, seed: 1, hostility: calm, codecs: true };
    for (const isCut of [false, true]) {
      const watch = createWatch(nodes, true);
      const world = createWorld({ ...shape, program: watch.watched(greeting) });
      watch.begin(world);
      if (isCut) world.control.cut([{ from: "n1", to: "n2" }], () => undefined);
      world.runUntil(2e9);

      const linesOf = (node: string): readonly unknown[] =>
        (watch.messages.get(node) ?? []).map((line) => JSON.parse(line));
      const told = { id: "1.1", type: "hello", term: 1 };
      t.match(linesOf("n1"), [{ mono: 1e9, kind: "send", peer: "n2", ...told, text: 99 }]);
      const arrival = { kind: "recv", peer: "n1", ...told, text: undefined };
      t.match(linesOf("n2"), isCut ? [] : [arrival]);
      t.equal(linesOf("n2").length, isCut ? 0 : 1);
    }

    const blind = createWatch(nodes, false);
    t.equal(blind.watched(greeting), greeting, "a sweep pays nothing");
  },
);
