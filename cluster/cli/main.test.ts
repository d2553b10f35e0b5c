import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import t from "tap";
import { runCli } from "../testing/cli.ts";

// Bad input: exit code 64, a message that says what was expected, and nothing booted.

const workload = `
name: tiny
summary: a few puts
subject: raft-kv
nodes: 3
clients: 2
duration: 3s
keys: { count: 2 }
operations: [{ f: put, value: unique, version: last-seen }]
check: [{ checker: linearizable, model: versioned-kv }]
`;

// Builds once where sources are newer, so that what runs side by side does not.
await runCli("--help");

const header = '{"whitewater":1,"run":"r","seed":1,"subject":"raft-kv","model":"versioned-kv"}\n';

t.test("bad input is refused with 64 and says what was expected", async (t) => {
  const folder = t.testdir({
    "tiny.yaml": workload,
    "typo.yaml": workload.replace("clients:", "cleints:"),
    "type.yaml": workload.replace("clients: 2", "clients: many"),
    "fault.yaml": `${workload}nemesis: { faults: [{ fault: partion, shape: halves, every: 1s, for: 1s }] }\n`,
    "model.yaml": workload.replace("model: versioned-kv", "model: versioned-vk"),
    "alias.yaml": workload.replace("raft-kv", "*zz"),
    "two.yaml": `${workload}---\n${workload}`,
    "empty-list.yaml": workload.replace(/^check:[\s\S]*/m, "check: []\n"),
    "orphan.jsonl": `${header}{"index":0,"time":1,"process":0,"type":"ok","f":"get","key":"k"}\n`,
    "value.jsonl":
      `${header}{"index":0,"time":1,"process":0,"type":"invoke","f":"get","key":"k"}\n` +
      '{"index":1,"time":2,"process":0,"type":"ok","f":"get","key":"k","value":"<script>"}\n',
    "history.jsonl": '{"whitewater":1}\nnot json\n',
    "log.txt": "INFO  jepsen.util - 0\t:invoke\t:read\tnil\n",
    full: { "something.txt": "" },
  });
  const at = (file: string): string => join(folder, file);
  await execa("mkfifo", [at("pipe")]);
  const cases: { args: string[]; says: RegExp }[] = [
    { args: ["run", "quikstart"], says: /cannot read quikstart.*did you mean quickstart/ },
    { args: ["run", at("alias.yaml")], says: /alias\.yaml:4:10: .*zz/ },
    {
      args: ["run", at("tiny.yaml"), "--driver", "process", "--image", "x"],
      says: /--image and --base are for --driver docker/,
    },
    {
      args: ["run", at("tiny.yaml"), "--driver", "process", "--out", "/proc/whitewater"],
      says: /\/proc\/whitewater/,
    },
    {
      args: ["run", at("tiny.yaml"), "--driver", "process", "--out", ""],
      says: /--out takes .*empty text/,
    },
    { args: ["validate", at("two.yaml")], says: /two\.yaml:\d+:1: expected one document/ },
    { args: ["validate", at("empty-list.yaml")], says: /list of checks, got an empty list/ },
    { args: ["validate", at("pipe")], says: /cannot read .*pipe: .*named pipe/ },
    { args: ["check", at("orphan.jsonl")], says: /line 2: process 0 completes/ },
    { args: ["check", at("value.jsonl")], says: /op 0: expected \{"value"/ },
    { args: ["check", at("value.jsonl"), "--model", "mutex"], says: /mutex has no "get"/ },
    { args: ["run", at("typo.yaml")], says: /typo\.yaml:6:1: .*cleints.*clients/ },
    { args: ["run", at("type.yaml")], says: /type\.yaml:6:10: .*many/ },
    { args: ["run", at("fault.yaml")], says: /fault\.yaml:11:.*partion.*partition/ },
    { args: ["run", at("model.yaml")], says: /versioned-vk.*versioned-kv/ },
    { args: ["run", at("tiny.yaml"), "--subject", "raft-vk"], says: /raft-vk.*raft-kv/ },
    { args: ["run", at("tiny.yaml"), "--bug", "M999", "--driver", "process"], says: /M20.*M999/ },
    { args: ["run", at("tiny.yaml"), "--nodes", "4"], says: /--nodes.*4/ },
    { args: ["run", at("tiny.yaml"), "--seed", "x"], says: /--seed takes a whole number.*x/ },
    { args: ["run", at("tiny.yaml"), "--driver", "cloud"], says: /docker, process, sim.*cloud/ },
    { args: ["run", at("tiny.yaml"), "--duration", "fast"], says: /--duration.*fast/ },
    {
      args: ["run", at("tiny.yaml"), "--driver", "process", "--out", at("full")],
      says: /something\.txt/,
    },
    { args: ["run", at("tiny.yaml"), "--colour"], says: /unknown option '--colour'/ },
    { args: ["runn"], says: /unknown command 'runn'[\s\S]*run/ },
    { args: ["check", at("full")], says: /full: expected a file, got a directory/ },
    { args: ["check", at("pipe")], says: /pipe: expected a file, got a pipe: write/ },
    { args: ["check", at("tiny.yaml")], says: /expected one of these formats[\s\S]*jepsen-log/ },
    { args: ["check", at("log.txt")], says: /jepsen-log names no model: .*cas-register/ },
    { args: ["check", at("log.txt"), "--model", "kv"], says: /model kv has no "read"/ },
    { args: ["check", at("log.txt"), "--format", "txt"], says: /format \(.*jepsen-log.*got txt/ },
    { args: ["check", at("absent.jsonl")], says: /cannot read .*absent\.jsonl/ },
    { args: ["check", at("history.jsonl")], says: /line|seed|header/ },
    { args: ["check", at("history.jsonl"), "--timeout", "soon"], says: /--timeout.*soon/ },
    { args: ["report", at("full")], says: /result\.json/ },
    { args: ["list", "fautls"], says: /faults/ },
    { args: ["campaign", "nigthly"], says: /cannot read nigthly/ },
  ];
  // Two at a time: each is a process of its own.
  const queue = [...cases];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { code, stdout, stderr } = await runCli(...next.args);
      const name = next.args.map((arg) => arg.replace(folder, "")).join(" ");
      t.equal(code, 64, `${name}: ${stderr.slice(0, 300)}`);
      t.match(stderr, next.says, name);
      t.equal(stdout, "", `${name}: stdout is for results`);
    }
  };
  await Promise.all([worker(), worker()]);
});

t.test("a history without operations is valid by itself: nothing was checked", async (t) => {
  const folder = t.testdir({ "empty.jsonl": header });

  const { code, stdout } = await runCli("check", join(folder, "empty.jsonl"), "--json");

  t.equal(code, 0);
  const { verdict, reason } = JSON.parse(stdout);
  t.same({ verdict, reason }, { verdict: "valid", reason: "nothing was checked" });
});

t.test("help is no error, and every command has an example", async (t) => {
  const top = await runCli("--help");
  t.equal(top.code, 0);
  t.match(top.stdout, /Exit codes:/);
  for (const command of [
    "run",
    "campaign",
    "sim",
    "check",
    "export",
    "report",
    "list",
    "validate",
  ]) {
    t.match(top.stdout, new RegExp(`\\n  ${command} `));
    const { code, stdout } = await runCli(command, "--help");
    t.equal(code, 0);
    t.match(stdout, /Example:\n {2}whitewater /, command);
  }
});

t.test("--json lists are exactly one value", async (t) => {
  const faults = await runCli("list", "faults", "--json");
  const names = JSON.parse(faults.stdout).map(({ name }: { name: string }) => name);
  const folder = new URL("../../nemesis/faults/", import.meta.url);
  const files = readdirSync(folder).filter((file) => /^[a-z-]+\.ts$/.test(file));
  t.same(
    names,
    files.map((file) => file.replace(".ts", "")),
  );
});

t.test("a recorded anomaly is found again by check, with exit code 1", async (t) => {
  const folder = t.testdir();
  mkdirSync(folder, { recursive: true });
  const header = { whitewater: 1, run: "r", seed: 1, subject: "raft-kv", model: "register" };
  const op = (index: number, process: number, type: string, f: string, value: unknown): object => ({
    index,
    time: index * 1000,
    process,
    type,
    f,
    key: "k",
    value,
  });
  const lines = [
    header,
    op(0, 0, "invoke", "write", "a"),
    op(1, 0, "ok", "write", "a"),
    op(2, 1, "invoke", "read", null),
    op(3, 1, "ok", "read", "b"),
  ];
  const file = join(folder, "history.jsonl");
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));

  const { code, stdout } = await runCli("check", file, "--json");

  t.equal(code, 1);
  const result = JSON.parse(stdout);
  t.match(result, { verdict: "invalid", operationCount: 2, partitions: 1, engine: String });
  t.match(result, { parseMs: Number, checkMs: Number, peakRssMb: Number, reason: String });
  t.match(result.core.at(-1), { index: 2, f: "read", output: "b", call: 2, return: 3 });
});
