import { readFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import type { RunResult } from "../reports/result.ts";
import { loadWorkload } from "../workloads/load.ts";
import { planRun } from "./cli/plan.ts";
import { processDriver } from "./process/driver.ts";
import { loadRegistries, projectRoot } from "./registry.ts";
import { runTestbed } from "./testbed.ts";

// Nodes that end before the cluster is up, as processes.

const text = `
name: tiny
subject: raft-kv
nodes: 3
duration: 5s
operations: [{ f: get }, { f: put, value: unique, version: last-seen }]
check: [{ checker: linearizable, model: versioned-kv }, { checker: stats, okAtLeast: 20 }]
`;

const registries = await loadRegistries();

/** A run of a program that does this at its start. */
async function runOf(t: Test, start: string): Promise<{ runDir: string; result: RunResult }> {
  const program = `export const program = { rules: {}, start(env) { ${start} } };`;
  const folder = t.testdir({ "program.mjs": program, run: {} });
  const [programFile, runDir] = [join(folder, "program.mjs"), join(folder, "run")];
  const file = "tiny.yaml";
  const workload = loadWorkload({ file, text, registries });
  const plan = planRun({
    workload,
    file,
    flags: {},
    registries,
    driver: processDriver(),
    seed: 1,
  });
  const never = new AbortController().signal;
  const result = await runTestbed({
    ...plan,
    subject: { ...plan.subject, programFile },
    runDir,
    projectRoot,
    soft: never,
    hard: never,
    onProgress: () => undefined,
  });
  return { runDir, result };
}

t.test("a program that throws while it starts is a finding", async (t) => {
  const hole = "throw new RangeError('the snapshot ends before the log begins')";
  const { runDir, result } = await runOf(t, `env.log("starts"); if (env.node === "n2") ${hole}`);

  t.match(result, { verdict: "invalid", environment: [], operations: { ok: 0 } });
  t.match(
    result.sentence,
    /n2 ended by itself before the cluster was up: RangeError: the snapshot ends before the log begins/,
  );
  const [exits] = result.checks.filter(({ checker }) => checker === "exits");
  t.match(exits?.anomalies, [{ kind: "gave-up", nodes: ["n2"] }]);
  t.match(readFileSync(join(runDir, "report.md"), "utf8"), "## The last that n2 logged");
  t.match(readFileSync(join(runDir, "logs", "n2.log"), "utf8"), "RangeError");
});

t.test("a program that gives up by `fatal` while it starts is one too", async (t) => {
  const { result } = await runOf(t, `env.fatal("the log has a hole at index 7")`);
  t.equal(result.verdict, "invalid");
  t.match(
    result.sentence,
    /ended by itself before the cluster was up: the log has a hole at index 7/,
  );
});

t.test("what the machine does to a node that starts fails the run", async (t) => {
  const cases = {
    "a port that is taken": `env.fatal("cannot listen: listen EADDRINUSE: address already in use")`,
    "a kill from outside": "process.kill(process.pid, 'SIGKILL')",
    "a missing file of the program": "require(['/nowhere/at-all.js'][0])",
    "a status that says it never ran": "process.exit(127)",
  };
  for (const [name, start] of Object.entries(cases)) {
    await t.rejects(
      runOf(t, start),
      { code: "E_NODE_EXITED", message: /^n\d could not be started or was ended by the machine/ },
      name,
    );
  }
});
