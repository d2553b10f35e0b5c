import { hostname } from "node:os";
import { join } from "node:path";
import { type Now, nowFile } from "../campaign/now.ts";
import { isListOf, isNumber, isRecord, isText } from "../campaign/shapes.ts";
import { readPlain } from "../read-plain.ts";

const bytesMax = 2 ** 20;

/** What goes on in a folder; null when nothing does, or whoever did it is gone. */
export async function readNow(folder: string): Promise<Now | null> {
  const text = await readPlain(join(folder, nowFile), bytesMax);
  try {
    const now: unknown = JSON.parse(text ?? "null");
    return isNow(now) && isAlive(now) ? now : null;
  } catch {
    return null;
  }
}

const silentMsMax = 3_600_000;
const foreignSilentMsMax = 120_000;

function isAlive({ pid, host, updatedAt }: Now): boolean {
  const silentMs = Date.now() - Date.parse(updatedAt);
  if (host !== hostname()) return silentMs < foreignSilentMsMax;
  try {
    process.kill(pid, 0);
  } catch (error) {
    const isForeign = error instanceof Error && "code" in error && error.code === "EPERM";
    if (!isForeign) return false;
  }
  return silentMs < silentMsMax;
}

function isNow(value: unknown): value is Now {
  if (!isRecord(value)) return false;
  const { whitewater, kind, run } = value;
  return (
    whitewater === 1 &&
    (kind === "campaign" || kind === "run") &&
    ["name", "host", "startedAt", "updatedAt"].every((name) => isText(value[name])) &&
    ["pid", "done", "total"].every((name) => isNumber(value[name])) &&
    (run === null || isRunNow(run))
  );
}

function isRunNow(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const names = ["workload", "schedule", "subject", "driver", "progress"];
  return (
    names.every((name) => isText(value[name])) &&
    isNumber(value["seed"]) &&
    (value["bug"] === null || isText(value["bug"])) &&
    isListOf(value["violations"], isText)
  );
}
