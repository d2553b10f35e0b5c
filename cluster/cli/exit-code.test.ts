import t from "tap";
import { runExitCode, worstExitCode } from "./exit-code.ts";

t.test("where several exit codes hold, 1 > 130 > 70 > 69 > 2 > 3 > 0", async (t) => {
  const order = [1, 130, 70, 69, 2, 3, 0];
  for (const [at, code] of order.entries()) {
    t.equal(worstExitCode(order.slice(at).reverse()), code);
  }
  t.equal(worstExitCode([]), 3, "nothing at all proves nothing");
});

t.test("an anomaly is never hidden by a dirty clean-up or by Ctrl-C", async (t) => {
  const run = { verdict: "invalid", interrupted: true, environment: ["n1 exited"] } as const;

  t.equal(runExitCode(run), 1);
  t.equal(runExitCode({ ...run, verdict: "valid" }), 130);
  t.equal(runExitCode({ ...run, verdict: "valid", interrupted: false }), 69);
  t.equal(runExitCode({ verdict: "vacuous", interrupted: false, environment: [] }), 3);
});
