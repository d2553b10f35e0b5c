import { createReadStream } from "node:fs";
import { formats, HistoryError, parseHeader, parseOp } from "porcupine-ts";
import type { OperationTable } from "./operation-table.ts";
import { TableBuilder } from "./table-builder.ts";

const chunkBytes = 2 ** 20;
/** What the reader of porcupine-ts puts texts of errors together as when there are too many. */
const anotherError = "(another error)";

/**
 * Reads the operations of a history file, chunk by chunk, straight into columns.
 *
 * A torn last line is left out. What no single-threaded clients could have recorded is read once more,
 * line by line and paired tolerantly: it cannot be judged, but it can be looked at. Throws `HistoryError`
 * with the line for a line that is no op, and the error of the file system.
 */
export async function readTable(file: string): Promise<OperationTable> {
  return (await readWellFormed(file)) ?? readLineByLine(file);
}

/** Null when the file has to be read tolerantly. */
async function readWellFormed(file: string): Promise<OperationTable | null> {
  const builder = new TableBuilder();
  const reader = formats["jsonl"]?.open(builder);
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes })) {
      reader?.push(chunk);
    }
    reader?.end();
  } catch (error) {
    if (error instanceof HistoryError) return null;
    throw error;
  }
  return builder.errors.list.includes(anotherError) ? null : builder.finish();
}

async function readLineByLine(file: string): Promise<OperationTable> {
  const builder = new TableBuilder();
  let line = 0;
  let rest = "";
  const take = (text: string): void => {
    line++;
    if (line === 1) parseHeader(text);
    else if (text.trim() !== "") builder.add(parseOp(text, line));
  };
  for await (const chunk of createReadStream(file, { encoding: "utf8" })) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) take(text);
  }
  // A file without a byte is a history without operations, as for the checker.
  if (isJson(rest) || (line === 0 && rest !== "")) take(rest);
  return builder.finish();
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Nothing, or what a killed recorder leaves of its last line.
    return false;
  }
}
