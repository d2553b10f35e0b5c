import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import type { Op } from "porcupine-ts";
import { readPlain } from "../read-plain.ts";
import type { RunResult } from "../result.ts";
import type { RoleTurn } from "./coverage.ts";
import { culpritIndexes, digestOf, type RunDigest } from "./digest.ts";
import { createFigureReader } from "./figures.ts";
import { parseResult } from "./parse-result.ts";

/**
 * Reads what the pages of many runs need from a RUN_DIR, line by line. Damaged or missing files give
 * fewer figures; never throws for them.
 */
export async function readDigest(runDir: string, result: RunResult): Promise<RunDigest> {
  const reader = createFigureReader(culpritIndexes(result.checks));
  for await (const line of linesOf(join(runDir, "history.jsonl"))) {
    const op = parse(line);
    if (isOp(op)) reader.push(op);
  }
  const turns = await readTurns(join(runDir, "trace"));
  return digestOf({ result, figures: reader.figures(), found: reader.found, turns });
}

/** Above it there is no result that anybody could look at. */
const resultBytesMax = 64 * 2 ** 20;

/** Null when it is missing, cut, of another version, or no plain file. */
export async function readResultFile(file: string): Promise<RunResult | null> {
  return parseResult(parse((await readPlain(file, resultBytesMax)) ?? ""));
}

async function readTurns(folder: string): Promise<Record<string, RoleTurn[]>> {
  const files = await readdir(folder).catch(() => []);
  const turns: Record<string, RoleTurn[]> = {};
  for (const file of files.filter((name) => name.endsWith(".jsonl")).sort()) {
    const ofNode: RoleTurn[] = [];
    for await (const line of linesOf(join(folder, file))) {
      // Most lines are entries: only what is looked for is parsed.
      if (!line.includes('"kind":"role"') && !line.includes('"kind":"start"')) continue;
      const turn = turnOf(parse(line));
      if (turn !== null) ofNode.push(turn);
    }
    if (ofNode.length > 0) turns[basename(file, ".jsonl")] = ofNode;
  }
  return turns;
}

function turnOf(line: unknown): RoleTurn | null {
  if (typeof line !== "object" || line === null) return null;
  const { mono, term, role = "follower" } = line as Record<string, unknown>;
  if (typeof mono !== "number" || typeof term !== "number") return null;
  return { at: mono, term, role: String(role) };
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file, "utf8");
  try {
    yield* createInterface({ input, crlfDelay: Infinity });
  } catch {
    // A file that is not there has no lines.
  } finally {
    input.destroy();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isOp(value: unknown): value is Op {
  return typeof value === "object" && value !== null && "type" in value && "process" in value;
}
