import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import t from "tap";
import { resultSchema } from "../../reports/twins/result-schema.ts";
import { runCli, startCli } from "../testing/cli.ts";

// Whole runs on local processes, as users start them.

const workload = `
name: tiny
summary: conditional puts while a leader is cut off and frozen
subject: raft-kv
nodes: 3
clients: 4
duration: DURATION
rate: 100/s
keys: { count: 3 }
operations: [{ f: get }, { f: put, value: unique, version: last-seen }]
nemesis:
  quiet: { first: 1s, last: 3s }
  faults:
    - { fault: pause, nodes: leader, every: 3s, for: 1500ms }
after: { settle: 500ms, readEveryKey: true }
check:
  - { checker: linearizable, model: versioned-kv }
  - { checker: stats, okAtLeast: 20 }
`;

function runArgs(folder: string): string[] {
  const out = join(folder, "out");
  return ["run", join(folder, "tiny.yaml"), "--driver", "process", "--out", out, "--seed", "5"];
}

/** Command lines of all processes that mention the folder of a run. */
function processesNaming(text: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/environ`, "utf8")];
      } catch {
        return []; // it ended, or is not ours
      }
    })
    .filter((environ) => environ.includes(text));
}

/** The process of one node that the orchestrator has started. */
function nodeOf(orchestrator: number | undefined, node: string): number {
  const pid = readdirSync("/proc").find((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const environ = readFileSync(`/proc/${name}/environ`, "utf8");
      return (
        stat.split(") ")[1]?.split(" ")[1] === `${orchestrator}` &&
        environ.includes(`"node":"${node}"`)
      );
    } catch {
      return false; // it ended, or is no process
    }
  });
  if (pid === undefined) throw new Error(`${node} is up, below process ${orchestrator}`);
  return Number(pid);
}

await runCli("--help");

t.test("a run ends with one JSON value, and leaves what it promises", async (t) => {
  const folder = t.testdir({ "tiny.yaml": workload.replace("DURATION", "7s") });

  const { code, stdout, stderr } = await runCli(...runArgs(folder), "--json");

  t.equal(code, 0, stderr);
  const result = JSON.parse(stdout);
  t.match(result, {
    verdict: "valid",
    sentence: String,
    report: /report\.html$/,
    seed: 5,
    repeat: /^npx whitewater run .*tiny\.yaml --driver process --seed 5$/,
    operations: { ok: Number, fail: Number, info: Number },
    faults: [{ fault: "pause", effective: true }],
  });
  const left = readdirSync(join(folder, "out")).sort();
  const machines = "ctrf.json history.jsonl junit.xml logs report.html report.md result.json";
  t.same(left, `${machines} schedule.yaml trace workload.yaml`.split(" "));
  const written = JSON.parse(readFileSync(join(folder, "out", "result.json"), "utf8"));
  const ajv = new Ajv({ strict: true, allowUnionTypes: true });
  t.ok(ajv.validate(resultSchema, written), ajv.errorsText());
  t.same(readdirSync(join(folder, "out", "trace")).sort(), ["n1.jsonl", "n2.jsonl", "n3.jsonl"]);

  const again = await runCli("check", join(folder, "out", "history.jsonl"), "--json");
  t.equal(again.code, 0, "the recorded history is judged the same");
  t.equal(JSON.parse(again.stdout).verdict, "valid");
});

t.test("a node that crashes is a finding; one that is killed from outside is none", async (t) => {
  const elsewhere = workload.replace("nodes: leader", "nodes: [[n1]]");
  const folder = t.testdir({ "tiny.yaml": elsewhere.replace("DURATION", "5s") });
  for (const [signal, code] of [
    ["SIGABRT", 1],
    ["SIGKILL", 69],
  ] as const) {
    const out = join(folder, signal);
    const run = startCli([...runArgs(folder), "--out", out, "--json"]);
    await run.until(/pause-1: (?!healed)/);
    process.kill(nodeOf(run.child.pid, "n2"), signal);
    const ended = await run.ended;
    const { checks, environment } = JSON.parse(readFileSync(join(out, "result.json"), "utf8"));
    t.equal(ended.code, code, ended.stderr);
    const exits = checks.filter(({ checker }: { checker: string }) => checker === "exits");
    if (signal === "SIGKILL") {
      t.same(exits, []);
      t.match(environment, [/^n2 was ended by the machine, not by a fault: ended by SIGKILL/]);
      continue;
    }
    t.match(exits, [{ verdict: "invalid", anomalies: [{ kind: "gave-up", nodes: ["n2"] }] }]);
    t.match(JSON.parse(ended.stdout).sentence, /n2 ended by itself: ended by SIGABRT/);
    t.match(readFileSync(join(out, "report.md"), "utf8"), "## The last that n2 logged");
    t.same(environment, []);
  }
});

t.test("Ctrl-C ends a run in order: 130, history checked, nothing left running", async (t) => {
  const folder = t.testdir({ "tiny.yaml": workload.replace("DURATION", "60s") });
  const run = startCli([...runArgs(folder), "--json"]);

  await run.until(/pause-1: (?!healed)/);
  run.child.kill("SIGINT");
  const { code, stdout, stderr } = await run.ended;

  t.equal(code, 130, stderr);
  t.ok(JSON.parse(stdout).operations.ok > 0);
  t.ok(existsSync(join(folder, "out", "report.html")));
  t.same(processesNaming("whitewater-process-"), [], "no node is left");
});

t.test("Ctrl-C twice skips what is not clean-up", async (t) => {
  const folder = t.testdir({ "tiny.yaml": workload.replace("DURATION", "60s") });
  const run = startCli([...runArgs(folder), "--json"]);

  await run.until(/pause-1: (?!healed)/);
  run.child.kill("SIGINT");
  await run.until(/interrupted/);
  run.child.kill("SIGINT");
  const { code, stderr } = await run.ended;

  t.equal(code, 130, stderr);
  t.match(stderr, /interrupted again/);
  t.same(processesNaming("whitewater-process-"), []);
  const check = await runCli("check", join(folder, "out", "history.jsonl"));
  t.equal(check.code, 0, "the history is whole");
});

t.test("a killed orchestrator leaves a readable history, and no node", async (t) => {
  const folder = t.testdir({ "tiny.yaml": workload.replace("DURATION", "60s") });
  const run = startCli(runArgs(folder));

  await run.until(/pause-1: healed/);
  run.child.kill("SIGKILL");
  await run.ended;

  const check = await runCli("check", join(folder, "out", "history.jsonl"), "--json");
  t.equal(check.code, 0, check.stderr);
  for (let waits = 0; processesNaming("whitewater-process-").length > 0 && waits < 300; waits++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  t.same(processesNaming("whitewater-process-"), []);
});

t.test("a campaign writes an index and JUnit, and exits by its worst verdict", async (t) => {
  // Too short for the acknowledged writes that the workload asks for: vacuous, never green.
  const campaign = "name: tiny\nworkloads: [kvsrv-unreliable]\nseeds: [1]\nduration: 3s\n";
  const folder = t.testdir({ "tiny.yaml": campaign });
  const out = join(folder, "out");

  const args = ["campaign", join(folder, "tiny.yaml"), "--driver", "process", "--out", out];
  const { code, stdout, stderr } = await runCli(...args, "--json");

  t.equal(code, 3, stderr);
  const result = JSON.parse(stdout);
  t.match(result, { verdict: "vacuous", runs: [{ workload: "kvsrv-unreliable", seed: 1 }] });
  const page = readFileSync(join(out, "index.html"), "utf8");
  t.match(page, "<h1>Campaign tiny: 1 run, 1 vacuous.</h1>");
  t.equal(readFileSync(join(out, "progress.jsonl"), "utf8").split("\n").length, 2);
  t.notOk(existsSync(join(out, "now.json")), "nothing goes on any more");
  t.match(result.runs[0], { subject: "kvsrv", bug: null, digest: { faults: {} } });
  t.ok(existsSync(join(out, result.runs[0].runDir, "report.html")));
  const junit = readFileSync(join(out, "junit.xml"), "utf8");
  t.match(junit, /<testsuite[^>]* tests="1"/);
  t.match(junit, /<testcase[\s\S]*<(error|failure)/);
  t.match(readFileSync(join(out, "report.md"), "utf8"), "vacuous: campaign tiny");
});
