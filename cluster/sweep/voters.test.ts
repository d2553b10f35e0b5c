import t from "tap";
import { loadWorkload } from "../../workloads/load.ts";
import { loadRegistries } from "../registry.ts";
import { checkSimulated } from "../sim/outcome.ts";
import { drawSimulation } from "../sim/plan.ts";
import { simulate } from "../sim/run.ts";
import { loadPlan } from "./sweep.ts";

// Three voters among five nodes: the other two wait to be made members, and nothing is asked of them.

const text = `name: voters
subject: raft-kv
nodes: 5
options: { initialVoters: 3, heartbeatMs: 50, electionTimeoutMinMs: 300, electionTimeoutMaxMs: 700 }
duration: 12s
rate: 50/s
keys: { count: 3 }
operations: [{ f: get }, { f: put, value: unique, version: latest }]
nemesis:
  quiet: { first: 1s, last: 3s }
  faults:
    - { fault: kill, nodes: majority, every: 4s, restartAfter: 1500ms }
after: { settle: 500ms }
check:
  - { checker: linearizable, model: versioned-kv }
  - { checker: recovery, within: 3s }
  - { checker: liveness, within: 5s }
`;

const registries = await loadRegistries();
const workload = loadWorkload({ file: "voters.yaml", text, registries });
const plan = await loadPlan({ workload, bug: null }, registries);

for (const seed of [1, 2, 3, 4]) {
  t.test(`seed ${seed}: majorities are of voters`, async (t) => {
    const how = { keepsTrace: false, onProgress: () => undefined };
    const simulated = simulate(drawSimulation(plan, seed, how));
    const { ops, records } = simulated.load;
    const killed = records.flatMap(({ injectedAt, targets }) =>
      injectedAt === null ? [] : [targets],
    );

    t.ok(killed.length > 0);
    for (const targets of killed) {
      t.equal(targets.length, 2);
      t.notOk(targets.includes("n4") || targets.includes("n5"), `${targets}`);
    }
    const quorums = ops.filter(({ process, f }) => process === "nemesis" && f === "quorum");
    t.ok(quorums.length >= 2 * killed.length, "two of three voters are a majority that is gone");
    const verdicts = checkSimulated(plan, simulated).map(({ checker, verdict, summary }) => {
      return { checker, verdict, summary };
    });
    for (const { checker, verdict, summary } of verdicts) {
      t.equal(verdict, "valid", `${checker}: ${summary}`);
    }
  });
}
