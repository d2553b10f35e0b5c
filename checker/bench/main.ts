import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { build } from "esbuild";
import type { Measured } from "./measure.ts";
import { type Row, rows } from "./rows.ts";
import { goalsMissed, type Line, renderTable } from "./table.ts";

/**
 * `npm run bench:checker`: the goals for speed and memory, each row measured in a process of its own.
 *
 * Exits with 1 when a goal is missed. Go's figures are quoted, not measured here.
 */
const usage = `usage: bench:checker [--data DIR] [--row TEXT]
  --data   folder of recorded histories (default ../shared/data/histories)
  --row    only rows whose name contains this`;

const rowTimeoutMs = 300_000;
const here = fileURLToPath(new URL(".", import.meta.url));

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: "string", default: join(here, "../../../shared/data/histories") },
      row: { type: "string", default: "" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    write(usage);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "bench-checker-"));
  try {
    const program = await bundle(folder);
    const lines: Line[] = [];
    for (const row of rows.filter(({ name }) => name.includes(values.row))) {
      process.stderr.write(`${row.name}\n`);
      lines.push({ row, result: await resultOf(row, program, values.data) });
    }
    print(lines);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The program of the fresh processes, in one plain file: compiling sources is no part of a cold start. */
async function bundle(folder: string): Promise<string> {
  const outfile = join(folder, "one-row.mjs");
  const common = { bundle: true, platform: "node", format: "esm", target: "node20" } as const;
  const entryPoints = [join(here, "one-row.ts")];
  await build({ ...common, entryPoints, outfile, logLevel: "warning" });
  return outfile;
}

async function resultOf(row: Row, program: string, data: string): Promise<Measured | string> {
  const { what } = row;
  if (what.kind === "files") {
    const missing = what.files.find((file) => !existsSync(join(data, file)));
    if (missing !== undefined) return `skipped: no ${missing} in ${data}`;
  }
  const place = String(rows.indexOf(row));
  try {
    if (what.kind !== "streamed") return JSON.parse(await run(program, "measure", place, data));
    const file = join(dirname(program), "history");
    await run(program, "write", place, file);
    const startedAt = performance.now();
    const result: Measured = JSON.parse(await run(program, "stream", place, file));
    return { ...result, coldMs: performance.now() - startedAt };
  } catch (cause) {
    const [line = ""] = String((cause as Error).message)
      .split("\n")
      .slice(-2);
    return `failed: ${line}`;
  }
}

/** What the fresh process prints. */
async function run(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], {
    timeout: rowTimeoutMs,
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  return stdout;
}

function print(lines: readonly Line[]): void {
  const [cpu] = cpus();
  write(
    `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} x ${cpu?.model}`,
  );
  write(
    "warm: best of many; cold: the first in a fresh process; memory: highest resident size above",
  );
  write(
    "the same process before it had a history. Go: figures of Porcupine quoted from elsewhere, for",
  );
  write("generated rows on other histories of the same shape.\n");
  write(renderTable(lines));
  const measured = lines.flatMap(({ row, result }) =>
    typeof result === "string" ? [] : [{ row, missed: goalsMissed(row.goal, result) }],
  );
  const missed = measured.filter((row) => row.missed.length > 0);
  for (const { row, missed: names } of missed) write(`missed: ${row.name}: ${names.join(", ")}`);
  write(
    `\n${measured.length - missed.length} of ${measured.length} measured rows meet their goals`,
  );
  const failed = lines.some(
    ({ result }) => typeof result === "string" && result.startsWith("failed"),
  );
  process.exitCode = missed.length > 0 || failed ? 1 : 0;
}

await main();
