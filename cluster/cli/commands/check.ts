import type { Command } from "commander";
import { formats } from "porcupine-ts";
import { checkFile, type FileFacts } from "porcupine-ts/node";
import { plural } from "../../../reports/describe.ts";
import { durationPattern, parseDurationMs } from "../../../workloads/units.ts";
import { loadRegistries } from "../../registry.ts";
import { checkJson } from "../check-json.ts";
import { InputError } from "../errors.ts";
import { exitCodes } from "../exit-code.ts";
import { explanationOf } from "../explanation.ts";
import { lookUp } from "../inputs.ts";
import { createOutput, type Output, visible } from "../output.ts";
import { followHistory } from "./check-follow.ts";

type CheckFlags = {
  readonly format: string;
  readonly model?: string;
  readonly checker: string;
  readonly timeout: string;
  readonly memory: string;
  readonly follow?: boolean;
  readonly explain?: boolean;
  readonly json?: boolean;
};

const formatHelp = Object.values(formats)
  .map(({ name, summary }) => `  ${name.padEnd(11)} ${summary}`)
  .join("\n");

export function addCheckCommand(program: Command): void {
  program
    .command("check")
    .description("check a recorded history")
    .argument("<history>", "a history.jsonl, or a file of another format")
    .option("--format <name>", "auto, or one of the formats below", "auto")
    .option("--model <name>", "sequential specification (default: the one the history names)")
    .option("--checker <name>", "which checker (whitewater list checkers)", "linearizable")
    .option("--timeout <time>", "give up with unknown when the check takes longer", "60s")
    .option("--memory <size>", "give up with unknown above this, e.g. 512MB", "2GB")
    .option(
      "--follow",
      "judge it while a run writes it, until result.json lies beside it or Ctrl-C (130)",
    )
    .option(
      "--explain",
      "say why, with every operation that it takes; of unknown, where it got stuck",
    )
    .option("--json", "one JSON value on stdout: verdict, operationCount, core, reason, ...")
    .addHelpText(
      "after",
      `
Formats:
${formatHelp}

Exit codes: 0 valid, 1 invalid, 2 unknown, 3 vacuous, 64 bad input, 130 interrupted.
With --follow, --checker is linearizable, and --timeout and --memory do not apply.
The models are told by: whitewater list models

Example:
  whitewater check reports/runs/RUN/history.jsonl
  whitewater check store/latest/history.edn --model cas-register --explain`,
    )
    .action(async (file: string, flags: CheckFlags) => {
      process.exitCode = await checkCommand(file, flags);
    });
}

async function checkCommand(file: string, flags: CheckFlags): Promise<number> {
  if (flags.follow === true) return await follow(file, flags);
  const output = createOutput({ json: flags.json === true, ...process });
  const { checkers, models } = await loadRegistries();
  const checker = lookUp("checker", flags.checker, checkers);
  const model = flags.model === undefined ? undefined : lookUp("model", flags.model, models);
  lookUp(
    "format",
    flags.format,
    new Map(["auto", ...Object.keys(formats)].map((name) => [name, name])),
  );
  const input = {
    file,
    format: flags.format,
    checker: checker.name,
    options: model === undefined ? {} : { model: model.name },
    timeoutMs: parseTimeout(flags.timeout),
    memoryBytes: parseMemory(flags.memory),
    onRead: (facts: FileFacts) => tellFacts(output, facts, checker.name),
  };
  const checked = await ofNamed(file, () => checkFile(input));
  const { result, checkMs } = checked;
  const tell = (text: string): void => output.say(visible(text));
  const summary = visible(`${result.summary} (${Math.round(checkMs)} ms)`);
  output.say(`${output.paint(result.verdict)}: ${summary}`);
  if (flags.explain === true) explanationOf(result).forEach(tell);
  else for (const { reason, observed } of result.anomalies) tell(`  ${reason ?? observed}`);
  output.json(checkJson({ file, checker: checker.name, ...checked }));
  return exitCodes[result.verdict];
}

function tellFacts(output: Output, facts: FileFacts, checker: string): void {
  const { operationCount, lines, skipped, truncatedAtLine, format } = facts;
  if (truncatedAtLine !== null) {
    output.note(`line ${truncatedAtLine} is torn: the run was cut short, what is before it counts`);
  }
  const others =
    skipped === 0 ? "" : ` (${skipped} ${skipped === 1 ? "tells" : "tell"} of no operation)`;
  const all = lines === null ? "the first lines" : plural(lines, "line");
  const read = `${plural(operationCount, "operation")} in ${all} of ${format}${others}`;
  output.progress(`${read}, checking with ${checker}`);
}

async function follow(file: string, flags: CheckFlags): Promise<number> {
  const { model, checker, format, json } = flags;
  if (checker !== "linearizable") {
    throw new InputError(`--follow judges with linearizable only, got --checker ${checker}`);
  }
  const named = model === undefined ? {} : { model };
  return await ofNamed(file, () => followHistory({ file, format, json: json === true, ...named }));
}

/** What cannot be read is the fault of who named it. */
async function ofNamed<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && "syscall" in error) {
      throw new InputError(`cannot read ${file}: expected a history`, { cause: error });
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
