import { kvRaft } from "./kv-raft.ts";
import { kvServer } from "./kv-server.ts";
import { kvSnapshots } from "./kv-snapshots.ts";
import { agreement } from "./raft-agreement.ts";
import { elections } from "./raft-elections.ts";
import { persistence } from "./raft-persistence.ts";
import { snapshots } from "./raft-snapshots.ts";
import { replicatedService } from "./replicated-service.ts";
import type { Scenario } from "./scenario.ts";

/** Every test of labs 2, 3 and 4 of MIT 6.5840 (2025), in the course's order. */
export const scenarios: readonly Scenario[] = [
  ...kvServer,
  ...elections,
  ...agreement,
  ...persistence,
  ...snapshots,
  ...replicatedService,
  ...kvRaft,
  ...kvSnapshots,
];

/** Runs one over seeds `1..count`; what failed, one line each. */
export function runScenario({ name, run }: Scenario, count: number): string[] {
  const failures: string[] = [];
  for (let seed = 1; seed <= count; seed++) {
    try {
      run(seed);
    } catch (error) {
      failures.push(`${name}, seed ${seed}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return failures;
}
