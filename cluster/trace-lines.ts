import { open } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import type { TraceLine } from "./env/env.ts";

const chunkBytes = 256 * 1024;
/** A longer line is none of ours. */
const lineCharsMax = 16 * 2 ** 20;
const lineStart = '{"mono":';

/** What a file holds: a few lines at a time, and how many could not be read. */
export type TraceFile = {
  /** The next lines, empty at the end. */
  next(): Promise<readonly TraceLine[]>;
  badLines(): number;
  close(): Promise<void>;
};

/** Opens a node's trace; memory is bounded by a chunk and a line. */
export async function openTraceFile(file: string): Promise<TraceFile> {
  const handle = await open(file);
  const decoder = new StringDecoder("utf8");
  const buffer = Buffer.alloc(chunkBytes);
  let rest = "";
  let bad = 0;
  let isAtEnd = false;

  function take(texts: readonly string[]): TraceLine[] {
    const lines: TraceLine[] = [];
    for (const text of texts) {
      if (text === "") continue;
      const whole = parse(text);
      if (whole === null) bad += 1;
      const line = whole ?? parseAfterTear(text);
      if (line !== null) lines.push(line);
    }
    return lines;
  }

  return {
    next: async () => {
      while (!isAtEnd) {
        const { bytesRead } = await handle.read(buffer, 0, chunkBytes);
        if (bytesRead === 0) {
          isAtEnd = true;
          return take([rest]);
        }
        const texts = (rest + decoder.write(buffer.subarray(0, bytesRead))).split("\n");
        rest = texts.pop() ?? "";
        if (rest.length > lineCharsMax) rest = "";
        const lines = take(texts);
        if (lines.length > 0) return lines;
      }
      return [];
    },
    badLines: () => bad,
    close: () => handle.close(),
  };
}

/** What follows a line that a kill cut short: the next incarnation appends to the same file. */
function parseAfterTear(text: string): TraceLine | null {
  const start = text.lastIndexOf(lineStart);
  return start > 0 ? parse(text.slice(start)) : null;
}

function parse(text: string): TraceLine | null {
  try {
    const line: unknown = JSON.parse(text);
    return isTraceLine(line) ? line : null;
  } catch {
    return null;
  }
}

function isTraceLine(line: unknown): line is TraceLine {
  if (typeof line !== "object" || line === null) return false;
  const { mono, kind, node, inc, seq } = line as Partial<TraceLine>;
  const isStamped = Number.isFinite(mono) && Number.isInteger(inc) && Number.isInteger(seq);
  return isStamped && typeof kind === "string" && typeof node === "string";
}

/** Hands over the lines of all files in the order of their time, each file's in its own order. */
export async function mergeTraceFiles(
  files: readonly TraceFile[],
  onLine: (line: TraceLine) => void,
): Promise<void> {
  const heads = await Promise.all(
    files.map(async (file) => ({ file, at: 0, lines: await file.next() })),
  );
  for (;;) {
    let first: (typeof heads)[number] | null = null;
    let firstNs = Number.POSITIVE_INFINITY;
    for (const head of heads) {
      const mono = head.lines[head.at]?.mono ?? Number.POSITIVE_INFINITY;
      if (mono < firstNs) [first, firstNs] = [head, mono];
    }
    const line = first?.lines[first.at];
    if (first === null || line === undefined) return;
    onLine(line);
    first.at += 1;
    if (first.at === first.lines.length) {
      first.lines = await first.file.next();
      first.at = 0;
    }
  }
}
