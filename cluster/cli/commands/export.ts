import { createWriteStream, rmSync } from "node:fs";
import type { Command } from "commander";
import { exportEdn } from "porcupine-ts/node";
import { InputError } from "../errors.ts";
import { createOutput } from "../output.ts";

type ExportFlags = { readonly out: string; readonly elle?: boolean; readonly json?: boolean };

export function addExportCommand(program: Command): void {
  program
    .command("export")
    .description("write a history as Jepsen's EDN, for Knossos and Elle")
    .argument("<history>", "a history.jsonl")
    .requiredOption("--out <file>", "the file to write, - for stdout")
    .option("--elle", "appends and reads as transactions of one operation (list-append)")
    .option("--json", "one JSON value on stdout")
    .addHelpText(
      "after",
      "\nA key becomes part of the value, [key value], as jepsen.independent has it.\n" +
        "\nExample:\n  whitewater export reports/runs/RUN/history.jsonl --out history.edn",
    )
    .action(async (file: string, { out, elle, json }: ExportFlags) => {
      const output = createOutput({ json: json === true, ...process });
      const transactions = elle === true;
      if (out === "-" && json === true) {
        throw new InputError("--json and --out - both want stdout: expected one of them");
      }
      if (out === "-") {
        await ofNamed(file, out, () => exportEdn(file, process.stdout, { transactions }));
        return;
      }
      const stream = createWriteStream(out, { flags: "wx" });
      let isOurs = false;
      stream.on("open", () => {
        isOurs = true;
      });
      try {
        const count = await ofNamed(file, out, () => exportEdn(file, stream, { transactions }));
        output.note(`${count} ops in ${out}`);
        output.json({ ops: count, out });
      } catch (error) {
        if (isOurs) rmSync(out, { force: true });
        throw error;
      }
    });
}

async function ofNamed<T>(file: string, out: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      throw new InputError(`${out} exists: expected a name for a fresh file`, { cause: error });
    }
    if (error instanceof Error && "syscall" in error) {
      const message = `cannot export ${file} to ${out}: expected a history.jsonl and a file to write`;
      throw new InputError(message, { cause: error });
    }
    throw error;
  }
}
