import { HistoryError } from "./errors.ts";
import type { HistoryHeader, Op } from "./history.ts";
import { isObject } from "./json.ts";

/**
 * The history's text: JSON lines, first the header, then one op a line in journal order.
 *
 * A parsed op keeps every field it came with, so what this version does not know survives a round
 * trip. Errors are `HistoryError`s with the line; reading files is the affair of `porcupine-ts/node`.
 */

/** Characters of a line that a message shows. */
const shownMax = 80;
const types: ReadonlySet<unknown> = new Set(["invoke", "ok", "fail", "info"]);

/** Parses the first line. `line` counts from 1 and only serves messages. */
export function parseHeader(text: string, line = 1): HistoryHeader {
  const fields = parseObject(text, line);
  expect(fields["whitewater"] === 1, `"whitewater": 1`, fields["whitewater"], line);
  for (const name of ["run", "subject", "model"]) {
    expect(typeof fields[name] === "string", `a string as "${name}"`, fields[name], line);
  }
  expect(typeof fields["seed"] === "number", `a number as "seed"`, fields["seed"], line);
  return fields as HistoryHeader;
}

/** The header's line, without line end. */
export function formatHeader(header: HistoryHeader): string {
  return JSON.stringify(header);
}

/** Parses a line after the first. `line` counts from 1 and only serves messages. */
export function parseOp(text: string, line: number): Op {
  const fields = parseObject(text, line);
  const { index, time, process, type, f } = fields;
  expect(isCount(index), `an integer >= 0 as "index"`, index, line);
  expect(typeof time === "number" && Number.isFinite(time), `a number as "time"`, time, line);
  const isProcess = isCount(process) || process === "nemesis";
  expect(isProcess, `an integer >= 0 or "nemesis" as "process"`, process, line);
  expect(types.has(type), `"invoke", "ok", "fail" or "info" as "type"`, type, line);
  expect(typeof f === "string", `a string as "f"`, f, line);
  for (const name of ["key", "error", "node"]) {
    const field = fields[name];
    expect(field === undefined || typeof field === "string", `a string as "${name}"`, field, line);
  }
  return fields as Op;
}

/** The op's line, without line end. */
export function formatOp(op: Op): string {
  return JSON.stringify(op);
}

function parseObject(text: string, line: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const got = (cause as Error).message;
    const message = `line ${line} is not JSON: expected one JSON object a line, got ${got}`;
    throw new HistoryError(message, { line }, { cause });
  }
  if (isObject(value)) return value;
  const got = text.slice(0, shownMax);
  throw new HistoryError(`line ${line} is not a JSON object: expected one a line, got ${got}`, {
    line,
  });
}

function expect(holds: boolean, what: string, got: unknown, line: number): void {
  if (holds) return;
  const seen = got === undefined ? "nothing" : JSON.stringify(got);
  throw new HistoryError(`line ${line}: expected ${what}, got ${seen}`, { line });
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
