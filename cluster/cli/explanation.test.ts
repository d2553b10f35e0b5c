import { type CheckResult, checkers, type Op } from "porcupine-ts";
import t from "tap";
import { explanationOf } from "./explanation.ts";

const unbounded = { stepsMax: Infinity, configurationsMax: Infinity, shouldStop: () => false };

function check(ops: readonly Partial<Op>[], isStopped = false): CheckResult {
  const lines = ops.map((op, index) => ({ index, time: index, key: "k", ...op }) as Op);
  const result = checkers["linearizable"]?.check(
    lines,
    { model: "register" },
    { ...unbounded, shouldStop: () => isStopped },
  );
  if (result === undefined) throw new Error("linearizable is a checker");
  return result;
}

t.test("an invalid history: the reason, then each operation of the core", async (t) => {
  const lines = explanationOf(
    check([
      { process: 0, type: "invoke", f: "write", value: "a" },
      { process: 0, type: "ok", f: "write" },
      { process: 1, type: "invoke", f: "read" },
      { process: 1, type: "ok", f: "read", value: null },
    ]),
  );
  t.same(lines, [
    "",
    '  read at index 2 saw null, but "a" had been set by process 0 (index 0) before the read was called ' +
      "(0 returned before 2 was called), and nothing sets null again.",
    "",
    "  minimal core: 2 operations without an order, even if every other read is left out and every other",
    "  mutation takes effect at any time after its call, or never",
    "",
    "  index 0, from position 0 to 1",
    '    observed  process 0: write "a" -> ok',
    "    expected  one order of the others has state null there",
    "",
    "  index 2, from position 2 to 3",
    "    observed  process 1: read -> null",
    '    expected  process 0: write "a" -> ok, or something written after it began',
  ]);
});

t.test(
  "an unknown one: what was due where the search stopped, and what was open there",
  async (t) => {
    // Values that are written twice, so that only the search can decide.
    const writers = [0, 1, 2].map((process) => {
      return { process, type: "invoke" as const, f: "write", value: process % 2 };
    });
    const ops = [
      ...writers,
      { process: 3, type: "invoke" as const, f: "read" },
      { process: 3, type: "ok" as const, f: "read", value: 0 },
      { process: 0, type: "ok" as const, f: "write" },
      { process: 2, type: "ok" as const, f: "write" },
    ];
    const result = check(ops, true);
    t.equal(result.verdict, "unknown");
    t.same(explanationOf(result), [
      "",
      "  next by return  op 3 (process 3: read -> 0)",
      "  open there      op 0 (process 0: write 0 -> ok)",
      "  open there      op 1 (process 1: write 1 -> open)",
      "  open there      op 2 (process 2: write 0 -> ok)",
    ]);
  },
);

t.test("a valid one needs no words", async (t) => {
  t.same(explanationOf(check([])), []);
});
