import t from "tap";
import { loadRegistries } from "../cluster/registry.ts";
import { type Campaign, loadCampaign } from "./campaign.ts";

const registries = await loadRegistries();
const workload = (name: string, more = ""): string => `name: ${name}
subject: raft-kv
duration: 20s
operations: [{ f: get }]
check: [{ checker: linearizable, model: versioned-kv }]
${more}`;
const workloads = new Map([
  ["one", workload("one")],
  ["two", workload("two")],
  ["short", workload("short").replace("20s", "5s")],
]);

function load(text: string): Campaign {
  return loadCampaign({ file: "c.yaml", text, registries, workloads });
}

t.test("everything runs once with a seed before the next seed begins", async (t) => {
  const campaign = load(`name: c
budget: 8h
workloads: [one, two]
schedules: [own, partitions]
seeds: 4..5
`);

  t.equal(campaign.budgetMs, 8 * 3_600_000);
  t.same(
    campaign.runs.map(({ workload, schedule, seed }) => `${workload.name} ${schedule} ${seed}`),
    [
      "one own 4",
      "one partitions 4",
      "two own 4",
      "two partitions 4",
      "one own 5",
      "one partitions 5",
      "two own 5",
      "two partitions 5",
    ],
  );
  t.equal(campaign.runs[0]?.workload.nemesis.faults.length, 0);
  t.equal(campaign.runs[1]?.workload.nemesis.faults[0]?.fault, "partition");
});

t.test("each combination runs on the correct build and with each planted bug", async (t) => {
  const { runs } = load("{ name: c, workloads: [one, two], bugs: [none, m28], seeds: [1] }");

  t.same(
    runs.map(({ workload, bug }) => [workload.name, bug]),
    [
      ["one", null],
      ["one", "M28"],
      ["two", null],
      ["two", "M28"],
    ],
  );
  t.throws(() => load("{ name: c, workloads: [one], bugs: [all], seeds: [1] }"), /M28/);
});

t.test("subjects and duration replace the workloads' own", async (t) => {
  const { runs, budgetMs } = load(
    "{ name: c, workloads: [one], subjects: [kvsrv, raft-kv], duration: 9s, seeds: [1, 8] }",
  );

  t.equal(budgetMs, undefined);
  t.same(
    runs.map(({ workload, seed }) => [workload.subject, workload.nodes, workload.durationMs, seed]),
    [
      ["kvsrv", 1, 9000, 1],
      ["raft-kv", 5, 9000, 1],
      ["kvsrv", 1, 9000, 8],
      ["raft-kv", 5, 9000, 8],
    ],
  );
});

const mistakes: readonly { text: string; says: RegExp }[] = [
  {
    text: "name: c\nworkloads: [onne]\nseeds: [1]\n",
    says: /^c.yaml:2:13: workloads\[0\]: expected one of one, two, short, got "onne"; did you mean one/,
  },
  {
    text: "name: c\nworkloads: [one]\nschedule: [own]\nseeds: [1]\n",
    says: /^c.yaml:3:1: unknown key schedule: .*; did you mean schedules/,
  },
  {
    text: "name: c\nworkloads: [one]\nseeds: 9..3\n",
    says: /^c.yaml:3:8: seeds: expected a rising range that gives at most 100000 runs, got "9..3"/,
  },
  { text: "name: c\nworkloads: [one]\nseeds: 20\n", says: /^c.yaml:3:8: seeds: .*, got 20$/ },
  { text: "name: c\nworkloads: [one]\nseeds: 1..900000\n", says: /^c.yaml:3:8: seeds: / },
  {
    text: "name: c\nworkloads: [one, short]\nschedules: [crashes]\nseeds: [1]\n",
    says: /^c.yaml:2:18: .*short under schedule crashes.*\n.*crashes.yaml:3:8: quiet: expected/,
  },
];

for (const { text, says } of mistakes) {
  t.test(`refused before anything boots: ${says.source.slice(0, 60)}`, async (t) => {
    t.throws(() => load(text), { code: "E_WORKLOAD", message: says });
  });
}
