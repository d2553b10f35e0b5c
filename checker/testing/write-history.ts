import { closeSync, openSync, writeSync } from "node:fs";
import { never, type Operations, operationAt, outcomes, valueAt } from "../operations.ts";

const flushAt = 1 << 20;

/** Text that goes to a file in large pieces. */
class Output {
  readonly #file: number;
  #text = "";

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  line(text: string): void {
    this.#text += `${text}\n`;
    if (this.#text.length > flushAt) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    const bytes = Buffer.from(this.#text);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.#text = "";
  }
}

const hist1Models: Readonly<Record<string, string>> = {
  "versioned-kv": "vkv",
  register: "reg",
  "cas-register": "cas",
};

/** Writes a generated history, whose values are integers, in the format `hist1`. */
export function writeHist1(path: string, model: string, operations: Operations): void {
  const { count, call, process, f, key, input, output, outcome } = operations;
  const out = new Output(path);
  out.line(`#${JSON.stringify({ format: "hist1", model: hist1Models[model], ops: count })}`);
  for (let row = 0; row < count; row++) {
    const end = operations.return[row] ?? never;
    const status = outcome[row] === outcomes.open ? 2 : outcome[row];
    const asked = `${input.a[row]}\t${input.b[row]}`;
    const seen = `${status}\t${output.a[row]}\t${output.b[row]}`;
    const where = `${process[row]}\t${f[row]}\t${key[row]}`;
    out.line(`${call[row]}\t${end === never ? -1 : end}\t${where}\t${asked}\t${seen}`);
  }
  out.close();
}

/** Writes a generated history as JSON lines. */
export function writeJsonLines(path: string, model: string, operations: Operations): void {
  const out = new Output(path);
  const header = { whitewater: 1, run: "generated", seed: 1, subject: "generator", model };
  out.line(JSON.stringify(header));
  const rows = rowsByEvent(operations);
  for (const [index, event] of rows.entries()) {
    const row = event >> 1;
    out.line(
      (event & 1) === 0 ? callLine(operations, row, index) : endLine(operations, row, index),
    );
  }
  out.close();
}

/** Twice the row at the position of its call, and one more at that of its return; positions are dense. */
function rowsByEvent({ count, call, return: end }: Operations): Int32Array {
  let events = count;
  for (let row = 0; row < count; row++) if (end[row] !== never) events++;
  const rows = new Int32Array(events);
  for (let row = 0; row < count; row++) {
    rows[call[row] ?? 0] = 2 * row;
    const position = end[row] ?? never;
    if (position !== never) rows[position] = 2 * row + 1;
  }
  return rows;
}

function head(operations: Operations, row: number, index: number, type: string): string {
  const { process, f, key, functions, keys } = operations;
  const name = functions[f[row] ?? 0];
  const at = `{"index":${index},"time":${index * 1000},"process":${process[row]}`;
  return `${at},"type":"${type}","f":"${name}","key":"${keys[key[row] ?? 0]}"`;
}

function callLine(operations: Operations, row: number, index: number): string {
  const value = valueAt(operations.values, operations.input, row);
  return `${head(operations, row, index, "invoke")}${valueField(value)}}`;
}

function endLine(operations: Operations, row: number, index: number): string {
  if (operations.outcome[row] !== outcomes.ok) {
    const { error = "" } = operationAt(operations, row);
    return `${head(operations, row, index, "fail")},"error":"${error}"}`;
  }
  const value = valueAt(operations.values, operations.output, row);
  return `${head(operations, row, index, "ok")}${valueField(value)}}`;
}

function valueField(value: unknown): string {
  return value === undefined ? "" : `,"value":${JSON.stringify(value)}`;
}
