import t from "tap";
import type { Op } from "../history.ts";
import { checker } from "./stats.ts";

const budget = { stepsMax: Infinity, configurationsMax: Infinity, shouldStop: () => false };

/** One process after another does `f` and ends with `type`. */
function history(...done: readonly (readonly [f: string, type: Op["type"]])[]): Op[] {
  return done.flatMap(([f, type], process): Op[] => [
    { index: 2 * process, time: 0, process, type: "invoke", f },
    { index: 2 * process + 1, time: 0, process, type, f },
  ]);
}

t.test("a run that did too little is vacuous, never valid", async (t) => {
  const cases = [
    { ops: history(["put", "ok"], ["get", "ok"]), okAtLeast: 1, verdict: "valid" },
    { ops: history(["put", "ok"], ["put", "info"]), okAtLeast: 2, verdict: "vacuous" },
    { ops: history(["put", "ok"], ["get", "info"]), okAtLeast: 1, verdict: "vacuous" },
    { ops: history(["acquire", "ok"], ["release", "ok"]), okAtLeast: 2, verdict: "valid" },
    { ops: history(["put", "ok"]), okAtLeast: undefined, verdict: "vacuous" },
  ];
  for (const { ops, okAtLeast, verdict } of cases) {
    const result = checker.check(ops, okAtLeast === undefined ? {} : { okAtLeast }, budget);
    t.equal(result.verdict, verdict, result.summary);
  }
});

t.test("operations are counted by function and by end", async (t) => {
  const ops = history(["put", "ok"], ["put", "fail"], ["get", "info"]);
  const { stats } = checker.check(ops, { okAtLeast: 0 }, budget);
  t.match(stats, {
    byFunction: {
      put: { invoke: 2, ok: 1, fail: 1, info: 0 },
      get: { invoke: 1, ok: 0, fail: 0, info: 1 },
    },
  });
});
