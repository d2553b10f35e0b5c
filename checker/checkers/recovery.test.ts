import t from "tap";
import type { Op } from "../history.ts";
import { checker } from "./recovery.ts";

const budget = { stepsMax: Infinity, configurationsMax: Infinity, shouldStop: () => false };
const options = { withinMs: 10_000 };

type Line = readonly [seconds: number, line: Partial<Op>];

/** A history from lines at seconds; client lines are gets of one process after another. */
function history(...lines: readonly Line[]): Op[] {
  return lines.map(([seconds, line], index) => {
    return { index, time: seconds * 1e9, process: "nemesis", type: "info", f: "get", ...line };
  });
}

const lost = { f: "quorum", value: { majority: false } };
const back = { f: "quorum", value: { majority: true } };
const invoke = { process: 0, type: "invoke" } as const;
const ok = { process: 0, type: "ok" } as const;
const end = { f: "end" };

t.test("the first answer after a majority is back decides", async (t) => {
  const cases: { name: string; ops: Op[]; verdict: string; counted: object }[] = [
    {
      name: "answered in time",
      ops: history([1, lost], [2, back], [3, invoke], [4, ok], [30, end]),
      verdict: "valid",
      counted: { met: 1 },
    },
    {
      name: "answered too late",
      ops: history([1, lost], [2, back], [3, invoke], [13, ok], [30, end]),
      verdict: "invalid",
      counted: { missed: 1 },
    },
    {
      name: "never answered",
      ops: history([1, lost], [2, back], [3, invoke], [30, end]),
      verdict: "invalid",
      counted: { missed: 1 },
    },
    {
      name: "majority lost again before the bound",
      ops: history([1, lost], [2, back], [3, invoke], [9, lost], [30, end]),
      verdict: "valid",
      counted: { undecided: 1 },
    },
    {
      name: "history ends before the bound",
      ops: history([1, lost], [2, back], [3, invoke], [11, end]),
      verdict: "valid",
      counted: { undecided: 1 },
    },
    {
      name: "nobody asked",
      ops: history([1, lost], [2, back], [30, end]),
      verdict: "valid",
      counted: { undecided: 1 },
    },
    {
      name: "the machine stalled meanwhile",
      ops: history(
        [1, lost],
        [2, back],
        [3, invoke],
        [8, { f: "stall", value: { ms: 900 } }],
        [30, end],
      ),
      verdict: "unknown",
      counted: { stalled: 1 },
    },
    {
      name: "a short stall is no excuse",
      ops: history(
        [1, lost],
        [2, back],
        [3, invoke],
        [8, { f: "stall", value: { ms: 400 } }],
        [30, end],
      ),
      verdict: "invalid",
      counted: { missed: 1 },
    },
    {
      name: "a majority all the time",
      ops: history([1, back], [3, invoke], [30, end]),
      verdict: "valid",
      counted: { met: 0, missed: 0, undecided: 0 },
    },
  ];
  for (const { name, ops, verdict, counted } of cases) {
    const result = checker.check(ops, options, budget);
    t.equal(result.verdict, verdict, name);
    t.match(result.stats, counted, name);
    t.equal(result.anomalies.length, verdict === "invalid" ? 1 : 0, name);
  }
});

t.test("a missed recovery is named by the first operation that waited", async (t) => {
  const ops = history([1, lost], [2, back], [3, invoke], [13, ok], [30, end]);
  const { anomalies } = checker.check(ops, options, budget);
  t.match(anomalies, [{ kind: "stuck", operation: 2, observed: /11000 ms/ }]);
});
