import { createWriteStream, rmSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Command, Option } from "commander";
import { exportEdn } from "porcupine-ts/node";
import { readRun } from "../../../reports/store.ts";
import { chromeTrace } from "../../../reports/twins/chrome-trace.ts";
import { viewModel } from "../../../reports/view-model.ts";
import { InputError } from "../errors.ts";
import { createOutput, visiblePath } from "../output.ts";

type ExportFlags = {
  readonly format: "edn" | "trace";
  readonly out: string;
  readonly elle?: boolean;
  readonly json?: boolean;
};

export function addExportCommand(program: Command): void {
  const format = new Option("--format <name>", "edn: Jepsen's; trace: for ui.perfetto.dev")
    .choices(["edn", "trace"])
    .default("edn");
  program
    .command("export")
    .description("write a history as Jepsen's EDN, for Knossos and Elle, or a run as a trace")
    .argument("<history>", "a history.jsonl; for a trace the folder of a finished run")
    .requiredOption("--out <file>", "the file to write, - for stdout")
    .addOption(format)
    .option("--elle", "edn: appends and reads as transactions of one operation (list-append)")
    .option("--json", "one JSON value on stdout")
    .addHelpText(
      "after",
      "\nedn: a key becomes part of the value, [key value], as jepsen.independent has it.\n" +
        "trace: Chrome's Trace Event Format; clients, nodes and faults as tracks.\n" +
        "\nExample:\n  whitewater export reports/runs/RUN/history.jsonl --out history.edn" +
        "\n  whitewater export reports/runs/RUN --format trace --out trace.json",
    )
    .action(exportCommand);
}

async function exportCommand(input: string, flags: ExportFlags): Promise<void> {
  const { out, json } = flags;
  const output = createOutput({ json: json === true, ...process });
  if (out === "-" && json === true) {
    throw new InputError("--json and --out - both want stdout: expected one of them");
  }
  if (out === "-") {
    await ofNamed(input, out, () => write(input, process.stdout, flags));
    return;
  }
  const stream = createWriteStream(out, { flags: "wx" });
  let isOurs = false;
  stream.on("open", () => {
    isOurs = true;
  });
  try {
    const count = await ofNamed(input, out, () => write(input, stream, flags));
    output.note(`${count} ${flags.format === "edn" ? "ops" : "operations"} in ${visiblePath(out)}`);
    output.json({ [flags.format === "edn" ? "ops" : "operations"]: count, out });
  } catch (error) {
    if (isOurs) rmSync(out, { force: true });
    throw error;
  }
}

/** Returns how many operations (of a history: lines) were written. */
async function write(input: string, stream: Writable, flags: ExportFlags): Promise<number> {
  if (flags.format === "edn") {
    return exportEdn(input, stream, { transactions: flags.elle === true });
  }
  const isFolder = (await stat(input)).isDirectory();
  const files = await readRun(isFolder ? input : dirname(input));
  const pieces = chromeTrace(viewModel(files), files.table);
  await pipeline(Readable.from(pieces), stream, { end: stream !== process.stdout });
  return files.table.size;
}

async function ofNamed<T>(input: string, out: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      throw new InputError(`${out} exists: expected a name for a fresh file`, { cause: error });
    }
    if (error instanceof Error && "syscall" in error) {
      const message = `cannot export ${input} to ${out}: expected a history.jsonl and a file to write`;
      throw new InputError(message, { cause: error });
    }
    throw error;
  }
}
