import { parseArgs } from "node:util";
import { runScenario, scenarios } from "./all.ts";

// npm run scenarios -- --seeds 100 --only 3B

const { values } = parseArgs({
  options: { seeds: { type: "string", default: "100" }, only: { type: "string", default: "" } },
});
const seeds = Number(values.seeds);
let failed = 0;
for (const scenario of scenarios.filter(({ name }) => name.includes(values.only))) {
  const failures = runScenario(scenario, seeds);
  failed += failures.length;
  process.stdout.write(`${scenario.name}: ${seeds - failures.length} of ${seeds} seeds pass\n`);
  for (const failure of failures.slice(0, 3)) {
    process.stdout.write(`  ${failure.split("\n", 1)[0]}\n`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
