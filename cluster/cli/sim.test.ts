import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import type { SweepSummary } from "../sweep/summary.ts";
import { runCli } from "../testing/cli.ts";

/** Kills and cuts only, so that a few seconds are enough. */
const workload = `name: short
subject: raft-kv
options: { heartbeatMs: 50 }
duration: 8s
rate: 50/s
keys: { count: 3 }
operations: [{ f: get }, { f: put, value: unique, version: last-seen }]
nemesis:
  quiet: { first: 500ms, last: 500ms }
  faults: [{ fault: partition, shape: isolate-leader, every: 5s, for: 3s }]
after: { settle: 200ms }
check:
  - { checker: linearizable, model: versioned-kv }
  - { checker: liveness }
  - { checker: stats, okAtLeast: 20 }
`;

/** As a shell reads them. */
function wordsOf(command: string): string[] {
  const script = `printf '%s\\0' ${command}`;
  return execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
}

t.test("a sweep adds up its runs, however many workers play them", async (t) => {
  const file = join(t.testdir({ "short.yaml": workload }), "short.yaml");
  const sweep = (jobs: string) =>
    runCli("sim", file, "--seeds", "3..8", "--jobs", jobs, "--verify", "--json");

  const one = await sweep("1");
  const two = await sweep("2");

  t.equal(one.code, 0, one.stderr);
  const summary: SweepSummary = JSON.parse(one.stdout);
  t.match(summary, {
    runs: 6,
    jobs: 1,
    verdicts: { valid: 6, invalid: 0, error: 0 },
    failures: [],
    faults: { partition: { runs: 6 } },
  });
  t.ok(summary.virtualSeconds > 6 * 8);
  t.ok(summary.okOps > 6 * 100 && summary.opsChecked >= summary.okOps);
  t.ok(summary.events > summary.okOps && summary.elections >= 6);
  const { jobs, wallSeconds, checkSeconds, speedup, ...same } = JSON.parse(two.stdout);
  t.match(summary, same);
  t.same([jobs, typeof wallSeconds, typeof checkSeconds, typeof speedup].slice(0, 2), [
    2,
    "number",
  ]);
});

t.test("a planted bug is caught, told with its repetition, and that repeats it", async (t) => {
  const folder = t.testdir({ "it's short.yaml": workload });
  const file = join(folder, "it's short.yaml");

  const { code, stdout } = await runCli(
    ...["sim", file, "--seeds", "1..4", "--bug", "m28", "--jobs", "1", "--json"],
  );
  const [failure] = (JSON.parse(stdout) as SweepSummary).failures;
  const out = join(folder, "run");
  const [, , ...words] = wordsOf(failure?.repeat ?? "");
  const again = await runCli(...words, "--out", out, "--json");

  t.equal(code, 1);
  t.match(failure, { verdict: "invalid", caughtBy: ["linearizable"], seed: Number });
  t.equal(again.code, 1, again.stderr);
  // The same claim; what the node was by its trace is known to the run only, as a sweep keeps no traces.
  const claim = failure?.sentence.split(/; n\d/)[0] ?? "no failure";
  t.ok(JSON.parse(again.stdout).sentence.startsWith(claim), again.stdout);
});

t.test(
  "a run's schedule, played again from its file, gives clients the same answers",
  async (t) => {
    const folder = t.testdir({ "short.yaml": workload });
    const play = async (name: string, ...flags: string[]): Promise<string[]> => {
      const out = join(folder, name);
      const file = join(folder, "short.yaml");
      const args = ["run", file, "--driver", "sim", "--seed", "4", "--out", out, ...flags];
      const { code, stderr } = await runCli(...args);
      t.equal(code, 0, stderr);
      const lines = readFileSync(join(out, "history.jsonl"), "utf8").split("\n").slice(1);
      // The nemesis looks at the cluster again, at moments of its own.
      const ofClients = lines.filter((line) => line !== "" && !line.includes('"nemesis"'));
      return ofClients.map((line) => line.replace(/"index":\d+,/, ""));
    };

    const first = await play("first");
    const again = await play("again", "--nemesis", join(folder, "first", "schedule.yaml"));
    const without = await play("without", "--nemesis", "none");

    t.equal(again.join("\n"), first.join("\n"));
    t.not(without.join("\n"), first.join("\n"));
  },
);

t.test("bad input of a sweep is 64", async (t) => {
  const cases = [
    { args: ["--seeds", "9..1"], says: /--seeds takes a range .* got 9\.\.1/ },
    { args: ["--seeds", "all"], says: /--seeds takes a range .* got all/ },
    { args: ["--jobs", "0"], says: /--jobs takes a whole number/ },
    { args: ["--bug", "M999"], says: /expected a planted bug .* got M999/ },
    { args: ["sim-defalt"], says: /did you mean sim-default/ },
    { args: ["append.yaml"], says: /did you mean append\?/ },
  ];
  for (const { args, says } of cases) {
    const { code, stdout, stderr } = await runCli("sim", ...args);
    t.equal(code, 64, args.join(" "));
    t.match(stderr, says);
    t.equal(stdout, "");
  }
});

t.test("a scorecard without time to play anything is bad input", async (t) => {
  const { code, stdout, stderr } = await runCli("scorecard", "--bugs", "M28", "--budget", "0s");
  t.equal(code, 64);
  t.equal(stdout, "");
  t.match(stderr, /--budget takes a time above zero, got 0s/);
});
