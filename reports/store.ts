import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { classified } from "./anomaly/classify.ts";
import { anomalyKeys } from "./anomaly/tell.ts";
import { bundlePage } from "./bundle.ts";
import { readCopies } from "./copies.ts";
import { hasCode, ReportError } from "./errors.ts";
import { projectRoot } from "./project.ts";
import { readEach, readInside } from "./read-inside.ts";
import { readTable } from "./read-table.ts";
import { renderReport } from "./render.ts";
import type { RunFiles, RunResult } from "./result.ts";
import { sentenceOf } from "./sentence.ts";
import { writeRunTwins } from "./twins/write.ts";
import { factsOf, viewModel } from "./view-model.ts";
import { writeWhole } from "./write-whole.ts";

// The folder that a run leaves (DESIGN 5): what is in it, and how it is read again.

const logBytesMax = 256 * 1024;

/**
 * Makes the folder of a run and returns its absolute path: `out` itself, or `reports/runs/RUN` in
 * the project. Throws `E_OUT_NOT_EMPTY` rather than mix two runs.
 */
export async function createRunDir(options: {
  readonly run: string;
  readonly out?: string;
}): Promise<string> {
  if (options.out === "") {
    const message = "--out takes the path of a folder, got an empty text";
    throw new ReportError("E_OUT_NOT_EMPTY", message, { folder: "" });
  }
  const folder = resolve(options.out ?? join(projectRoot(), "reports", "runs", options.run));
  const problem = await makeEmpty(folder);
  if (problem !== null) {
    const message = `the folder of a run must be new or empty, but ${folder} ${problem}`;
    throw new ReportError("E_OUT_NOT_EMPTY", message, { folder });
  }
  return folder;
}

async function makeEmpty(folder: string): Promise<string | null> {
  try {
    await makeFolders(folder);
    const entries = await readdir(folder);
    return entries.length === 0 ? null : `holds ${entries.slice(0, 3).join(", ")}`;
  } catch (error) {
    if (hasCode(error, "EEXIST") || hasCode(error, "ENOTDIR")) return "is a file";
    const reason = error instanceof Error ? error.message : String(error);
    return `cannot be made: ${reason}`;
  }
}

/** One by one from the top: Node's recursive mkdir never returns below /proc. */
async function makeFolders(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await makeFolders(dirname(folder));
  await mkdir(folder).catch((error: unknown) => {
    // Somebody else was faster; what it is shows when it is read.
    if (!hasCode(error, "EEXIST")) throw error;
  });
}

/** Writes `result.json`: whole or not at all, so that its presence means a finished run. */
export async function writeResult(runDir: string, result: RunResult): Promise<void> {
  await writeWhole(join(runDir, "result.json"), `${JSON.stringify(result, null, 2)}\n`);
}

/**
 * Writes `report.html` and its twins from what is in the folder, and returns the page's path. What an older
 * version said of the run is said anew; `result.json` takes it too, so that all agree.
 */
export async function writeReport(runDir: string): Promise<string> {
  // Another process does that meanwhile; whether it failed is asked later.
  bundlePage().catch(() => {});
  const page = join(runDir, "report.html");
  const stored = await readRun(runDir);
  const files = { ...stored, result: retold(stored) };
  const view = viewModel(files);
  await writeWhole(page, await renderReport(files, view));
  await writeRunTwins(runDir, files.result, view);
  if (files.result !== stored.result) await writeResult(runDir, files.result);
  return page;
}

/** The result with its sentence and classes as this version tells them; the same object where they are the same. */
function retold(files: RunFiles): RunResult {
  const { result } = files;
  const facts = factsOf(files);
  const checks =
    result.verdict === "invalid"
      ? classified(result.checks, facts.lookup, facts.traces)
      : result.checks;
  const sentence = sentenceOf(result, () => facts);
  const isSame =
    sentence === result.sentence &&
    checks.every((check, place) => check.class === result.checks[place]?.class);
  return isSame ? result : { ...result, checks, sentence };
}

/**
 * Reads a finished run. Logs, traces and messages are optional; their torn lines are left out.
 * Throws `E_RUN_DIR` when there is no result, as after an interrupted run, or no history.
 */
export async function readRun(runDir: string): Promise<RunFiles> {
  const folder = resolve(runDir);
  const result = await readResult(folder);
  const history = join(folder, "history.jsonl");
  await expectHistory(folder, history);
  const table = await readTable(history);
  const copies = await readCopies(history, anomalyKeys(result.checks));
  return {
    result,
    table,
    ...(copies.size === 0 ? {} : { copies }),
    logs: await readEach(join(folder, "logs"), ".log", readTail),
    ...(await readInside(folder, result, table)),
  };
}

async function expectHistory(folder: string, file: string): Promise<void> {
  const found = await stat(file).catch((error: unknown) => {
    if (!hasCode(error, "ENOENT") && !hasCode(error, "ELOOP")) throw error;
    throw notARun(folder, "it has no history.jsonl: nothing can be drawn without it", error);
  });
  // A pipe would be waited for.
  if (!found.isFile()) throw notARun(folder, "its history.jsonl is not a file");
}

async function readResult(folder: string): Promise<RunResult> {
  const file = join(folder, "result.json");
  try {
    const result: unknown = JSON.parse(await readFile(file, "utf8"));
    if (isResult(result)) return result;
  } catch (error) {
    if (error instanceof SyntaxError) throw notARun(folder, "its result.json is not JSON", error);
    if (hasCode(error, "ENOENT")) throw notARun(folder, await whatItIs(folder), error);
    throw error;
  }
  throw notARun(folder, 'its result.json is not a result of this version ("whitewater": 1)');
}

function isResult(value: unknown): value is RunResult {
  return (
    typeof value === "object" && value !== null && "whitewater" in value && value.whitewater === 1
  );
}

async function whatItIs(folder: string): Promise<string> {
  const entries = await readdir(folder).catch(() => null);
  if (entries === null) return "it does not exist or is not a folder";
  return entries.includes("history.jsonl")
    ? "it has no result.json: the run was cut short (`whitewater check` still reads its history)"
    : "it has no result.json";
}

function notARun(folder: string, reason: string, cause?: unknown): ReportError {
  const message = `expected the folder of a finished run at ${folder}, but ${reason}`;
  return new ReportError("E_RUN_DIR", message, { folder }, { cause });
}

async function readTail(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - logBytesMax);
    const { buffer, bytesRead } = await handle.read({
      buffer: Buffer.alloc(size - start),
      position: start,
    });
    const text = buffer.toString("utf8", 0, bytesRead);
    return start === 0
      ? text
      : `… ${start} bytes before this are in logs/${basename(file)}\n${text}`;
  } finally {
    await handle.close();
  }
}
