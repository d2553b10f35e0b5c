import { parseHeader, parseOp } from "../codec.ts";
import { HistoryError } from "../errors.ts";
import type { History, HistoryHeader, Op } from "../history.ts";
import { uncompressed } from "./refuse-file.ts";

/**
 * Reads a history file, JSON lines, as a stream.
 *
 * A last line without line end that is not JSON is what a killed orchestrator leaves: it is left out
 * and reported in `truncatedAtLine`. Throws `HistoryError` with the line for everything else that is
 * wrong, for a compressed file, and the error of the file system when the file cannot be read.
 */
export async function readHistory(file: string): Promise<History> {
  let header: HistoryHeader | null = null;
  let line = 0;
  let rest = "";
  const ops: Op[] = [];

  const take = (text: string): void => {
    line++;
    if (header === null) header = parseHeader(text, line);
    else if (text.trim() !== "") ops.push(parseOp(text, line));
  };
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for await (const chunk of uncompressed(file)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) take(text);
  }
  rest += decoder.decode();
  const isTruncated = rest !== "" && header !== null && !isJson(rest);
  if (rest !== "" && !isTruncated) take(rest);
  if (header === null)
    throw new HistoryError(`${file} is empty: expected a header line`, { line: 1 });
  return isTruncated ? { header, ops, truncatedAtLine: line + 1 } : { header, ops };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Whatever is wrong with it: the line was not finished.
    return false;
  }
}
