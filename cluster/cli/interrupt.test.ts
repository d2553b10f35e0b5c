import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { runCli, startCli } from "../testing/cli.ts";

// Ctrl-C while something is played in virtual time, which never waits for anything.

const workload = `name: long
subject: raft-kv
duration: DURATION
rate: 50/s
keys: { count: 3 }
operations: [{ f: get }, { f: put, value: unique, version: last-seen }]
nemesis:
  faults: [{ fault: partition, shape: isolate-leader, every: 5s, for: 3s }]
after: { settle: 200ms }
check:
  - { checker: linearizable, model: versioned-kv }
  - { checker: stats, okAtLeast: 20 }
`;
/** So much virtual time that a run does not end within a test. */
const endless = workload.replace("DURATION", "20h");

await runCli("--help");

t.test("Ctrl-C ends a simulated run in order: 130, with what came so far", async (t) => {
  const folder = t.testdir({ "long.yaml": endless });
  const out = join(folder, "out");
  const args = ["run", join(folder, "long.yaml"), "--driver", "sim", "--seed", "5", "--out", out];
  const run = startCli([...args, "--json"]);

  await run.until(/partition-3: healed/);
  run.child.kill("SIGINT");
  const { code, stdout, stderr } = await run.ended;

  t.equal(code, 130, stderr);
  t.match(stderr, "interrupted: healing");
  t.ok(JSON.parse(stdout).operations.ok > 0);
  t.match(JSON.parse(readFileSync(join(out, "result.json"), "utf8")), { interrupted: true });
  t.ok(existsSync(join(out, "report.html")));
  const check = await runCli("check", join(out, "history.jsonl"));
  t.equal(check.code, 0, "the history is whole");
});

t.test("Ctrl-C twice gives up a simulated run", async (t) => {
  const folder = t.testdir({ "long.yaml": endless });
  const args = ["run", join(folder, "long.yaml"), "--driver", "sim", "--out", join(folder, "out")];
  const run = startCli(args);

  await run.until(/partition-1: healed/);
  run.child.kill("SIGINT");
  run.child.kill("SIGTERM");
  const { code, stderr } = await run.ended;
  t.equal(code, 130, stderr);
});

t.test("Ctrl-C ends a sweep: 130, and it says how much was played", async (t) => {
  const text = workload.replace("DURATION", "200ms").replace(/nemesis:.*\n.*/, "");
  const file = join(t.testdir({ "short.yaml": text }), "short.yaml");
  // Seeds for many hours.
  const sweep = startCli(["sim", file, "--seeds", "1..9999999", "--jobs", "1"]);
  await sweep.until(/1000 of 9999999 runs/);
  sweep.child.kill("SIGINT");
  const { code, stdout, stderr } = await sweep.ended;

  t.equal(code, 130, stderr);
  t.match(stdout, /: \d+ runs of 9999999, interrupted/);
  t.match(stderr, "interrupted: ending the runs");
});

t.test("Ctrl-C ends a scorecard: 130, and it says that it is a part", async (t) => {
  const out = join(t.testdir({}), "out");
  const bugs = ["--bugs", "K1,K2,K3", "K5", "L1", "L2", "L3"];
  const args = ["scorecard", ...bugs, "--runs", "1", "--jobs", "1", "--out", out, "--json"];
  const scorecard = startCli(args);
  await scorecard.until(/1 of 7: \w+ caught/);
  scorecard.child.kill("SIGINT");
  const { code, stdout, stderr } = await scorecard.ended;

  t.equal(code, 130, stderr);
  const card = JSON.parse(stdout);
  t.match(card, { interrupted: true, totalBugs: 7, correct: { runs: 0 } });
  t.ok(card.bugs.length < 7, "the last one was not begun");
  t.match(readFileSync(join(out, "scorecard.md"), "utf8"), /only a part: \d of 7 bugs/);
});
