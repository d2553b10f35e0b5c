import { parseArgs } from "node:util";
import { errorExitCode, formatError, InputError } from "../cli/errors.ts";
import { exitCodes } from "../cli/exit-code.ts";
import { parseInteger } from "../cli/inputs.ts";
import { runScenario, scenarios } from "./all.ts";

// npm run scenarios -- --seeds 100 --only 3B

function play(): number {
  const { seeds, only } = parseFlags();
  const chosen = scenarios.filter(({ name }) => name.includes(only));
  // A run of nothing would pass.
  if (chosen.length === 0) throw new InputError(`--only takes a part of a name, got ${only}`);
  let failed = 0;
  for (const scenario of chosen) {
    const failures = runScenario(scenario, seeds);
    failed += failures.length;
    process.stdout.write(`${scenario.name}: ${seeds - failures.length} of ${seeds} seeds pass\n`);
    for (const failure of failures.slice(0, 3)) {
      process.stdout.write(`  ${failure.split("\n", 1)[0]}\n`);
    }
  }
  return failed === 0 ? exitCodes.valid : exitCodes.invalid;
}

function parseFlags(): { readonly seeds: number; readonly only: string } {
  try {
    const { values } = parseArgs({
      options: { seeds: { type: "string", default: "100" }, only: { type: "string", default: "" } },
    });
    return { seeds: parseInteger("--seeds", values.seeds, 1, 1_000_000), only: values.only };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(error instanceof Error ? error.message : String(error));
  }
}

try {
  process.exitCode = play();
} catch (error) {
  process.stderr.write(`${formatError(error)}\n`);
  process.exitCode = errorExitCode(error);
}
