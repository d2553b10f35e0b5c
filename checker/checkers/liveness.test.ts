import t from "tap";
import type { Budget } from "../checker.ts";
import type { Op } from "../history.ts";
import { checker } from "./liveness.ts";

const unbounded: Budget = {
  stepsMax: Infinity,
  configurationsMax: Infinity,
  shouldStop: () => false,
};

function line(f: string, value: object, index = 0): Op {
  return { index, time: 30e9 + index, process: "nemesis", type: "info", f, value };
}

const core = ["n1", "n2", "n4"];
const late = {
  core,
  writtenMs: 120,
  caughtUpMs: null,
  missing: "n4 had applied 7 of 12 committed entries",
};

t.test("a core that leads, writes and catches up in time is alive", async (t) => {
  const value = { core, writtenMs: 120, caughtUpMs: 400.4, missing: null };

  const { verdict, summary } = checker.check([line("liveness", value)], {}, unbounded);

  t.equal(verdict, "valid");
  t.equal(summary, "n1, n2, n4 led, wrote and caught up within 400 ms");
});

t.test("what did not happen, or too late, is invalid and says what was missing", async (t) => {
  const missed = checker.check([line("liveness", late)], { withinMs: 5000 }, unbounded);
  const slow = { core, writtenMs: 120, caughtUpMs: 5001, missing: "n4 was late" };
  const tooLate = checker.check([line("liveness", slow)], { withinMs: 5000 }, unbounded);

  t.equal(missed.verdict, "invalid");
  t.match(missed.summary, /5000 ms after n1, n2, n4 .* n4 had applied 7 of 12/);
  t.match(missed.anomalies, [{ kind: "stuck", observed: late.missing }]);
  t.equal(tooLate.verdict, "invalid");
});

t.test("a leader that its core heard and deposed nevertheless is invalid", async (t) => {
  const deposed = "n1, which had led term 3, was follower in term 5";
  const value = { core, writtenMs: 120, caughtUpMs: 400, missing: null, deposed };

  const { verdict, summary, anomalies } = checker.check([line("liveness", value)], {}, unbounded);

  t.equal(verdict, "invalid");
  t.equal(
    summary,
    "the leader of n1, n2, n4 was deposed although all of them heard it: " +
      "n1, which had led term 3, was follower in term 5",
  );
  t.match(anomalies, [{ kind: "stuck", observed: deposed }]);
  const others = "n3 was cut off from them";
  const told = checker.check([line("liveness", { ...value, others })], {}, unbounded);
  t.match(told.summary, "although all of them heard it (n3 was cut off from them): n1");
  t.match(told.anomalies[0]?.expected, / heard leads on while n3 was cut off from them$/);
});

t.test("a stalled machine or a run without that phase decides nothing", async (t) => {
  const stalled = [line("stall", { ms: 900 }), line("liveness", late, 1)];

  t.equal(checker.check(stalled, {}, unbounded).verdict, "unknown");
  t.equal(checker.check([line("quorum", { majority: true })], {}, unbounded).verdict, "unknown");
});
