import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { loadWorkload } from "../../workloads/load.ts";
import { checkTraces } from "../check-traces.ts";
import type { NodeProgram } from "../env/program.ts";
import type { Invariant, Violation } from "../raft/invariants.ts";
import type { RaftRules } from "../raft/rules.ts";
import { loadRegistries } from "../registry.ts";
import { drawSimulation } from "../sim/plan.ts";
import { simulate } from "../sim/run.ts";
import type { Rules } from "../subjects/raft-kv/program.ts";
import { loadPlan } from "./sweep.ts";

// Whole runs of the default workload, shortened, with all its faults: Raft's promises hold in each, and
// a broken rule shows as the promise that it breaks.

const cleanRuns = 8;
const brokenRunsMax = 150;

const file = fileURLToPath(new URL("../../workloads/sim-default.yaml", import.meta.url));
const registries = await loadRegistries();
const loaded = loadWorkload({ file, text: await readFile(file, "utf8"), registries });
const workload = { ...loaded, durationMs: 10_000 };

async function player(
  bug: string | null,
  broken: Partial<RaftRules> = {},
): Promise<(seed: number) => readonly Violation[]> {
  const plan = await loadPlan({ workload, bug }, registries);
  const correct = plan.program as NodeProgram<Rules>;
  const rules: Rules = { ...correct.rules, raft: { ...correct.rules.raft, ...broken } };
  const program = { ...correct, rules } as NodeProgram<unknown>;
  const how = { keepsTrace: false, onProgress: () => undefined };
  return (seed) =>
    simulate(drawSimulation({ ...plan, program }, seed, how)).invariants.violations();
}

t.test("the correct build breaks no promise", async (t) => {
  const play = await player(null);
  for (let seed = 0; seed < cleanRuns; seed++) t.same(play(seed), [], `seed ${seed}`);
});

t.test("the traces of a run, read again as files, say the same", async (t) => {
  const plan = await loadPlan({ workload, bug: null }, registries);
  const how = { keepsTrace: true, onProgress: () => undefined };
  const { traces, invariants, load } = simulate(drawSimulation(plan, 1, how));
  const runDir = t.testdir({ trace: {} });
  for (const [node, lines] of traces) {
    await writeFile(join(runDir, "trace", `${node}.jsonl`), `${lines.join("\n")}\n`);
  }
  const result = await checkTraces({ runDir, nodes: load.nodes, untilNs: 1e15 });
  t.match(result, { verdict: "valid", stats: { records: invariants.observedCount() } });
});

t.test("M28 breaks none inside: only clients see a stale read", async (t) => {
  const play = await player("M28");
  for (let seed = 0; seed < cleanRuns; seed++) t.same(play(seed), [], `seed ${seed}`);
});

const shown: readonly (readonly [name: string, broken: Partial<RaftRules>, as: Invariant[]])[] = [
  ["any vote is free", { isVoteFree: () => true }, ["one-vote", "election-safety"]],
  ["any log is up to date", { isUpToDate: () => true }, ["leader-completeness", "committed-kept"]],
  [
    "the previous term is not compared",
    { matchesLog: (log, { prevLogIndex }) => prevLogIndex <= log.lastIndex },
    ["log-matching", "state-machine-safety"],
  ],
  ["a request always truncates", { heldCount: () => 0 }, ["committed-kept", "commit-majority"]],
];

for (const [name, broken, as] of shown) {
  t.test(`${name}: ${as.join(" or ")}`, async (t) => {
    const play = await player(null, broken);
    let [seed, found] = [0, play(0)];
    while (found.length === 0 && ++seed < brokenRunsMax) found = play(seed);
    const [first] = found;
    const isExpected = as.some((invariant) => invariant === first?.invariant);
    t.ok(isExpected, `seed ${seed}: ${first?.sentence}`);
    t.ok((first?.context.length ?? 0) > 0, "with what led to it");
  });
}

t.test("M20: a leader executes what is not committed", async (t) => {
  t.match((await player("M20"))(0)[0], { invariant: "apply-order" });
});
