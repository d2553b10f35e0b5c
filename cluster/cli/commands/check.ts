import type { Command } from "commander";
import { mergeVerdicts, pairOperations, refuseForeign } from "porcupine-ts";
import { readHistory, runChecks } from "porcupine-ts/node";
import { durationPattern, parseDurationMs } from "../../../workloads/units.ts";
import { loadRegistries } from "../../registry.ts";
import { InputError } from "../errors.ts";
import { exitCodes } from "../exit-code.ts";
import { lookUp } from "../inputs.ts";
import { createOutput } from "../output.ts";

type CheckFlags = {
  readonly model?: string;
  readonly checker: string;
  readonly timeout: string;
  readonly memory: string;
  readonly json?: boolean;
};

export function addCheckCommand(program: Command): void {
  program
    .command("check")
    .description("check a recorded history again")
    .argument("<history>", "a history.jsonl")
    .option("--model <name>", "sequential specification (default: the one the history names)")
    .option("--checker <name>", "which checker (whitewater list checkers)", "linearizable")
    .option("--timeout <time>", "give up with unknown after this long", "60s")
    .option("--memory <size>", "give up with unknown above this, e.g. 2GB", "2GB")
    .option("--json", "one JSON value on stdout")
    .addHelpText("after", "\nExample:\n  whitewater check reports/runs/RUN/history.jsonl")
    .action(async (file: string, flags: CheckFlags) => {
      process.exitCode = await checkCommand(file, flags);
    });
}

async function checkCommand(file: string, flags: CheckFlags): Promise<number> {
  const output = createOutput({ json: flags.json === true, ...process });
  const { checkers, models } = await loadRegistries();
  const checker = lookUp("checker", flags.checker, checkers);
  const timeoutMs = parseTimeout(flags.timeout);
  const memoryBytes = parseMemory(flags.memory);
  const { header, ops, truncatedAtLine } = await readNamedHistory(file);
  const model = lookUp("model", flags.model ?? header.model, models);
  if (truncatedAtLine !== undefined) {
    output.note(`line ${truncatedAtLine} is torn: the run was cut short, what is before it counts`);
  }
  // In a run a checker answers these with `unknown`; here the file is input, and it is bad.
  for (const operation of pairOperations(ops)) refuseForeign(model, operation);
  output.progress(`checking ${ops.length} lines with ${checker.name}`);
  const results = await runChecks({
    ops,
    checks: [
      { checker: checker.name, options: "model" in checker.options ? { model: model.name } : {} },
    ],
    timeoutMs,
    memoryBytes,
  });
  const verdict = mergeVerdicts(results.map((result) => result.verdict));
  for (const { summary, anomalies, tookMs } of results) {
    output.say(`${output.paint(verdict)}: ${summary} (${Math.round(tookMs)} ms)`);
    for (const { expected, observed } of anomalies) {
      if (expected !== undefined) output.say(`  expected ${expected}`);
      if (observed !== undefined) output.say(`  observed ${observed}`);
    }
  }
  output.json({ verdict, history: file, lines: ops.length, checks: results });
  return exitCodes[verdict];
}

async function readNamedHistory(file: string): ReturnType<typeof readHistory> {
  try {
    return await readHistory(file);
  } catch (error) {
    if (error instanceof Error && "syscall" in error) {
      throw new InputError(`cannot read ${file}: expected a history.jsonl`, { cause: error });
    }
    throw error;
  }
}

function parseTimeout(text: string): number {
  if (new RegExp(durationPattern).test(text)) return parseDurationMs(text);
  throw new InputError(`--timeout takes a time with its unit, e.g. 60s, got ${text}`);
}

function parseMemory(text: string): number {
  const [, digits, unit] = /^(\d+)(MB|GB)$/.exec(text) ?? [];
  if (digits === undefined) {
    throw new InputError(`--memory takes a size with its unit, e.g. 2GB or 512MB, got ${text}`);
  }
  return Number(digits) * (unit === "GB" ? 2 ** 30 : 2 ** 20);
}
