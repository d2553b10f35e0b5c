import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseHeader, parseOp } from "../codec.ts";
import { Lines, nextLine, textEnd } from "../formats/lines.ts";
import { ElleTransactions, formatEdnOp } from "../formats/to-edn.ts";
import type { Op } from "../history.ts";
import { uncompressed } from "./refuse-file.ts";

/**
 * Writes a history of our JSON lines as Jepsen's history.edn, one op a line; `transactions` for append lists
 * that Elle is to read. A torn last line is left out. Throws `HistoryError` with the line, or for a compressed file, and the errors of
 * the file system. Answers how many ops were written.
 */
export async function exportEdn(
  file: string,
  out: Writable,
  { transactions }: { readonly transactions: boolean },
): Promise<number> {
  const elle = transactions ? new ElleTransactions() : null;
  const format = (op: Op): string => elle?.format(op) ?? formatEdnOp(op);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let count = 0;
  let hasHeader = false;
  let text = "";

  const take = (line: string): void => {
    const number = ++lines.line;
    if (!hasHeader) {
      parseHeader(line, number);
      hasHeader = true;
    } else if (line.trim() !== "") {
      text += `${format(parseOp(line, number))}\n`;
      count++;
    }
  };
  const eachLine = (bytes: Uint8Array, from: number, to: number, each: typeof take): void => {
    for (let at = from; at < to; ) {
      const next = nextLine(bytes, at);
      each(decoder.decode(bytes.subarray(at, textEnd(bytes, at, next))));
      at = next;
    }
  };
  const lines = new Lines((bytes, from, to) => eachLine(bytes, from, to, take));
  async function* toEdn(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
    for await (const chunk of chunks) {
      lines.push(chunk);
      if (text !== "") yield text;
      text = "";
    }
    lines.end((bytes, from, to) => {
      eachLine(bytes, from, to, (line) => {
        if (!hasHeader || isJson(line)) take(line);
      });
    });
    if (!hasHeader) parseHeader("", 1);
    yield text;
  }
  await pipeline(uncompressed(file), toEdn, out, { end: out !== process.stdout });
  return count;
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
