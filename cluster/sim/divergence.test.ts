import t from "tap";
import { assertSame } from "./divergence.ts";
import type { Simulated } from "./run.ts";

/** A run of which only history and trace are looked at. */
function ran(times: readonly number[], trace: readonly string[]): Simulated {
  const ops = times.map((time, index) => ({
    index,
    time,
    process: 0,
    type: "invoke" as const,
    f: "get",
  }));
  return { load: { ops, nodes: ["n1"] }, traces: new Map([["n1", trace]]) } as unknown as Simulated;
}

t.test("two runs of one seed are the same, or the first difference is told", async (t) => {
  const one = ran([1, 5, 9], ['{"mono":3}', '{"mono":7}']);

  t.doesNotThrow(() => assertSame(4, one, ran([1, 5, 9], ['{"mono":3}', '{"mono":7}'])));
  t.throws(() => assertSame(4, one, ran([1, 6, 9], ['{"mono":3}', '{"mono":7}'])), {
    name: "DivergenceError",
    message: /seed 4 diverge at line 2 of the history:[\s\S]*"time":5,[\s\S]*"time":6,/,
  });
  t.throws(
    () => assertSame(4, one, ran([1, 5, 10], ['{"mono":3}', '{"mono":8}'])),
    /line 2 of the trace of n1/,
    "the earlier one",
  );
  t.throws(() => assertSame(4, one, ran([1, 5, 9], ['{"mono":3}'])), /no such line/);
});
