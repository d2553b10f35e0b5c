import t from "tap";
import { loadWorkload } from "../../workloads/load.ts";
import { loadRegistries } from "../registry.ts";
import { playInWorkers } from "./pool.ts";

/** Hours of virtual time: it does not end within this test. */
const text = `name: long
subject: raft-kv
duration: 20h
rate: 50/s
keys: { count: 3 }
operations: [{ f: get }, { f: put, value: unique, version: last-seen }]
nemesis: { faults: [] }
check: [{ checker: linearizable, model: versioned-kv }]
`;

t.test("a run that has begun can be given up", async (t) => {
  const registries = await loadRegistries();
  const workload = loadWorkload({ file: "long.yaml", text, registries });
  const hard = new AbortController();
  const asked: number[] = [];

  await playInWorkers({
    spec: { workloads: [workload], bug: null, repeats: "none" },
    jobs: 1,
    next: () => {
      setTimeout(() => hard.abort(), 500);
      return asked.push(asked.length);
    },
    onResult: () => t.fail("nothing ends"),
    hard: hard.signal,
  });

  t.ok(asked.length > 0);
});
