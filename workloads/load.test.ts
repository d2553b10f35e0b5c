import t from "tap";
import { loadRegistries } from "../cluster/registry.ts";
import { WorkloadError } from "./errors.ts";
import { formatWorkload } from "./format.ts";
import { loadWorkload, type Overrides } from "./load.ts";
import type { Workload } from "./workload.ts";

const registries = await loadRegistries();

const small = `name: small
subject: raft-kv
duration: 10s
operations: [{ f: get }, { f: put, weight: 2, value: unique }]
check: [{ checker: linearizable, model: versioned-kv }]
`;

function load(text: string, overrides: Overrides = {}): Workload {
  return loadWorkload({ file: "w.yaml", text, registries, overrides });
}

const optionsDefault = Object.fromEntries(
  Object.entries(registries.subjects.get("raft-kv")?.options ?? {}).map(([name, schema]) => [
    name,
    schema.default,
  ]),
);

function problemsOf(text: string, overrides: Overrides = {}): string[] {
  try {
    load(text, overrides);
  } catch (error) {
    if (error instanceof WorkloadError) return error.message.split("\n");
    throw error;
  }
  return [];
}

t.test("a workload of five lines gets every default", async (t) => {
  t.same(load(small), {
    name: "small",
    summary: "",
    subject: "raft-kv",
    nodes: 5,
    options: optionsDefault,
    clients: 10,
    clientsMax: 100,
    route: "pinned",
    durationMs: 10_000,
    timeoutMs: 1000,
    keys: { count: 6, choose: "uniform" },
    operations: [
      { f: "get", weight: 1 },
      { f: "put", weight: 2, value: "unique" },
    ],
    nemesis: { quiet: { firstMs: 0, lastMs: 0 }, overlap: false, faults: [] },
    after: { heal: true, settleMs: 5000, readEveryKey: true },
    check: [{ checker: "linearizable", options: { model: "versioned-kv" } }],
  });
});

t.test(
  "units become numbers: milliseconds, operations a second, thousandths, ranges",
  async (t) => {
    const workload = load(`${small}rate: 400/s
timeout: 500ms
nemesis:
  quiet: { first: 1s, last: 500ms }
  faults:
    - { fault: kill, nodes: [[n1, n2]], every: 10s..20s, restartAfter: 0s..5s }
    - { fault: clock, nodes: minority, for: 5s, offset: -90s..90s, rate: 0.5..2 }
    - { fault: lose-messages, for: 60s, requests: 10%, replies: 0.5% }
`);

    t.equal(workload.ratePerSecond, 400);
    t.equal(workload.timeoutMs, 500);
    t.same(workload.nemesis.quiet, { firstMs: 1000, lastMs: 500 });
    t.same(workload.nemesis.faults, [
      {
        fault: "kill",
        everyMs: { from: 10_000, to: 20_000 },
        forMs: { from: 0, to: 5000 },
        parameters: { nodes: [["n1", "n2"]] },
      },
      {
        fault: "clock",
        forMs: { from: 5000, to: 5000 },
        parameters: {
          nodes: "minority",
          offset: { from: -90_000, to: 90_000 },
          rate: { from: 0.5, to: 2 },
        },
      },
      {
        fault: "lose-messages",
        forMs: { from: 60_000, to: 60_000 },
        parameters: { requests: 100, replies: 5 },
      },
    ]);
  },
);

t.test("options are the subject's: given ones, and its defaults", async (t) => {
  const workload = load(`${small}options: { heartbeatMs: 50 }\n`);

  t.same(workload.options, { ...optionsDefault, heartbeatMs: 50 });
  t.ok(Object.keys(workload.options).length > 2);
  t.same(load(formatWorkload(workload, registries)), workload);
  t.same(load(small.replace("raft-kv", "kvsrv")).options, {});
});

const mistakes: readonly { name: string; from: string; to: string; says: string }[] = [
  {
    name: "unknown key",
    from: "duration",
    to: "duratoin",
    says: "w.yaml:3:1: unknown key duratoin: expected one of .*; did you mean duration\\?",
  },
  {
    name: "missing key",
    from: "duration: 10s\n",
    to: "",
    says: "w.yaml:1:1: missing key duration: expected a duration such as 60s",
  },
  {
    name: "unknown subject",
    from: "raft-kv",
    to: "raft-kw",
    says: 'w.yaml:2:10: subject: expected one of kvsrv, raft-kv, got "raft-kw"; did you mean raft-kv',
  },
  {
    name: "a number without its unit",
    from: "10s",
    to: "10",
    says: "w.yaml:3:11: duration: expected a duration such as .*, got 10$",
  },
  {
    name: "zero duration",
    from: "10s",
    to: "0s",
    says: 'w.yaml:3:11: duration: expected more than 0s, at most 24h, got "0s"',
  },
  {
    name: "weight that is not positive",
    from: "weight: 2",
    to: "weight: 0",
    says: "w.yaml:4:44: operations\\[1\\].weight: expected a whole number from 1 to 1000000, got 0",
  },
  {
    name: "operation of another model",
    from: "f: get",
    to: "f: read",
    says: 'w.yaml:4:19: f: expected one of get, put \\(model versioned-kv\\), got "read"',
  },
  {
    name: "model that the subject does not speak",
    from: "model: versioned-kv",
    to: "model: register",
    says: 'w.yaml:5:41: model: expected a model that raft-kv speaks: .*, got "register"',
  },
  {
    name: "unknown checker",
    from: "checker: linearizable",
    to: "checker: linearisable",
    says: "w.yaml:5:20: checker: expected one of .*; did you mean linearizable",
  },
  {
    name: "missing option of a checker",
    from: ", model: versioned-kv",
    to: "",
    says: "w.yaml:5:9: missing key model: expected one of .*versioned-kv",
  },
  {
    name: "unknown option of a checker",
    from: "versioned-kv }]",
    to: "versioned-kv }, { checker: stats, okAtLeat: 3 }]",
    says: "w.yaml:5:75: unknown key okAtLeat: .*; did you mean okAtLeast",
  },
  {
    name: "option of a checker out of bounds",
    from: "versioned-kv }]",
    to: "versioned-kv }, { checker: stats, okAtLeast: -3 }]",
    says: "w.yaml:5:86: check\\[1\\].okAtLeast: expected a whole number of at least 0, got -3",
  },
  {
    name: "node count of another subject",
    from: "duration",
    to: "nodes: 4\nduration",
    says: "w.yaml:3:8: nodes: expected 3 or 5 or 7 for subject raft-kv, got 4",
  },
  {
    name: "fewer clients at most than at the start",
    from: "duration",
    to: "clientsMax: 4\nduration",
    says: "w.yaml:3:13: clientsMax: expected at least clients \\(10\\), got 4",
  },
  {
    name: "unknown option of the subject",
    from: "duration",
    to: "options: { heartbeat: 50 }\nduration",
    says: "w.yaml:3:12: unknown key heartbeat: expected one of .*; did you mean heartbeatMs",
  },
  {
    name: "option of the subject out of bounds",
    from: "duration",
    to: "options: { heartbeatMs: 0 }\nduration",
    says: "w.yaml:3:25: options.heartbeatMs: expected a whole number from 1 to 60000, got 0",
  },
  {
    name: "options of the subject that do not fit each other",
    from: "duration",
    to: "options: { electionTimeoutMinMs: 2000 }\nduration",
    says: "w.yaml:3:10: electionTimeoutMaxMs: expected at least electionTimeoutMinMs .2000., got 1200",
  },
  {
    name: "options of a subject that has none",
    from: "raft-kv",
    to: "kvsrv\noptions: { heartbeatMs: 50 }",
    says: "w.yaml:3:10: options: expected no option: kvsrv has none, got a mapping",
  },
  {
    name: "options that are no mapping",
    from: "duration",
    to: "options: fast\nduration",
    says: 'w.yaml:3:10: options: expected a mapping of the subject.s options, got "fast"',
  },
  {
    name: "duplicate key",
    from: "duration",
    to: "subject: kvsrv\nduration",
    says: "w.yaml:3:1: subject: expected each key once in a mapping, got it a second time",
  },
  { name: "no YAML", from: "duration: 10s", to: "duration: [", says: "w.yaml:4:1: " },
];

for (const { name, from, to, says } of mistakes) {
  t.test(`${name}: the place, what was expected, what came`, async (t) => {
    const problems = problemsOf(small.replace(from, to));

    t.ok(
      problems.some((problem) => new RegExp(says).test(problem)),
      problems.join("\n"),
    );
  });
}

const nemesisMistakes: readonly { nemesis: string; says: string }[] = [
  { nemesis: "partition", says: "w.yaml:6:10: nemesis: .*did you mean partitions" },
  { nemesis: "{ overlap: true }", says: "w.yaml:6:10: expected faults or script, got neither" },
  {
    nemesis: "{ quiet: { first: 4s, last: 6s }, faults: [] }",
    says: "w.yaml:6:19: quiet: expected first and last shorter than the duration, got 10000 ms of",
  },
  {
    nemesis: "{ faults: [{ fault: partitio, for: 3s }] }",
    says: "w.yaml:6:30: fault: expected one of .*; did you mean partition",
  },
  {
    nemesis: "{ faults: [{ fault: partition, shape: [halves, brigde], for: 3s }] }",
    says: "w.yaml:6:57: nemesis.faults\\[0\\].shape\\[1\\]: .*did you mean bridge",
  },
  {
    nemesis: "{ faults: [{ fault: partition, for: 3s }] }",
    says: "w.yaml:6:21: missing key shape",
  },
  {
    nemesis: "{ faults: [{ fault: kill, nodes: all, for: 3s }] }",
    says: "w.yaml:6:48: unknown key for: expected one of fault, nodes, every, restartAfter",
  },
  {
    nemesis: "{ faults: [{ fault: pause, nodes: leeder, for: 3s }] }",
    says: 'w.yaml:6:44: nodes: expected one of leader, .*, got "leeder"; did you mean leader',
  },
  {
    nemesis: "{ faults: [{ fault: pause, nodes: [[n1, n6]], for: 3s }] }",
    says: 'w.yaml:6:50: nodes: expected one of n1, n2, n3, n4, n5, got "n6"',
  },
  {
    nemesis: "{ faults: [{ fault: pause, for: 5s..3s }] }",
    says: "w.yaml:6:42: for: expected a range whose start is not above its end",
  },
  {
    nemesis: "{ faults: [{ fault: pause, every: 0s, for: 3s }] }",
    says: "w.yaml:6:44: every: expected more than 0s",
  },
];

for (const { nemesis, says } of nemesisMistakes) {
  t.test(`nemesis: ${nemesis} is refused at its place`, async (t) => {
    const problems = problemsOf(`${small}nemesis: ${nemesis}\n`);

    t.ok(
      problems.some((problem) => new RegExp(says).test(problem)),
      problems.join("\n"),
    );
  });
}

t.test("all mistakes of a file are told at once, in the order of its lines", async (t) => {
  const text = small.replace("raft-kv", "raft").replace("10s", "10x").replace("f: get", "f: gat");

  t.same(
    problemsOf(`${text}nemesis: nun\n`).map((problem) => problem.split(" ")[0]),
    ["w.yaml:2:10:", "w.yaml:3:11:", "w.yaml:4:19:", "w.yaml:4:19:", "w.yaml:6:10:"],
  );
});

t.test("a flag replaces a key, and a mistake in it names the flag", async (t) => {
  const workload = load(small, { nodes: 3, duration: "20s", nemesis: "partitions" });

  t.equal(workload.nodes, 3);
  t.equal(workload.durationMs, 20_000);
  t.equal(workload.nemesis.faults[0]?.fault, "partition");
  t.same(problemsOf(small, { nodes: 4 }), [
    "--nodes: nodes: expected 3 or 5 or 7 for subject raft-kv, got 4",
  ]);
  t.match(problemsOf(small, { nemesis: "partition" })[0], /^--nemesis: .*did you mean partitions/);
});

t.test("a mistake in a named schedule is told at its place in the schedule's file", async (t) => {
  const schedules = new Map([["bad", "faults:\n  - { fault: pause, fro: 3s }\n"]]);
  const text = `${small}nemesis: bad\n`;

  t.throws(() => loadWorkload({ file: "w.yaml", text, registries: { ...registries, schedules } }), {
    code: "E_WORKLOAD",
    message: /^nemesis\/schedules\/bad.yaml:2:5: missing key for.*\n.*:2:21: unknown key fro/,
  });
});

t.test("a script in place of faults survives the written form", async (t) => {
  const instance = { targets: ["n1"], detail: { shape: "halves" }, effect: { down: ["n1"] } };
  const workload = load(`${small}nemesis:
  script:
    - at: 4s
      action: inject
      id: p1
      fault: partition
      instance: ${JSON.stringify(instance)}
    - { at: 9500ms, action: heal, id: p1 }
`);

  t.same(workload.nemesis.script, [
    { atMs: 4000, action: "inject", id: "p1", fault: "partition", instance },
    { atMs: 9500, action: "heal", id: "p1" },
  ]);
  t.same(load(formatWorkload(workload, registries)), workload);
});

t.test("an empty file, a list and a lone text are refused", async (t) => {
  for (const text of ["", "- a\n", "hello\n"]) {
    t.match(problemsOf(text)[0], /w.yaml:1:1: expected a workload: a mapping with/);
  }
});
