import { renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { CellName } from "../campaign.ts";

/** What goes on in a folder right now: `now.json`, there only while a process works on it. */
export type Now = {
  readonly whitewater: 1;
  readonly kind: "campaign" | "run";
  readonly name: string;
  /** Of the process that works, and the machine that it is on. */
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly updatedAt: string;
  /** Runs that are done, and runs in all. */
  readonly done: number;
  readonly total: number;
  readonly run: RunNow | null;
};

/** The run that is going on. */
export type RunNow = CellName & {
  readonly seed: number;
  readonly driver: string;
  readonly startedAt: string;
  /** Length of its load, milliseconds. */
  readonly loadMs: number;
  /** The latest line of progress. */
  readonly progress: string;
  /** Found while it runs, one sentence each, the first few. */
  readonly violations: readonly string[];
};

/** The name of the file, in a campaign's folder or in a RUN_DIR. */
export const nowFile = "now.json";

/** Tells whoever watches the folder what goes on. Never throws: a full disk must not end a run. */
export type NowWriter = {
  begin(run: Omit<RunNow, "startedAt" | "progress" | "violations">): void;
  progress(line: string): void;
  violation(line: string): void;
  /** The run has ended. */
  end(): void;
  /** Nothing goes on any more: removes the file. */
  close(): void;
};

const everyMs = 500;
const violationsMax = 20;

export function openNow(
  folder: string,
  of: { readonly kind: Now["kind"]; readonly name: string; readonly total: number },
): NowWriter {
  const startedAt = new Date().toISOString();
  let run: RunNow | null = null;
  let done = 0;
  let writtenMs = Number.NEGATIVE_INFINITY;

  function write(isUrgent: boolean): void {
    if (!isUrgent && performance.now() - writtenMs < everyMs) return;
    writtenMs = performance.now();
    const updatedAt = new Date().toISOString();
    const who = { pid: process.pid, host: hostname(), startedAt, updatedAt };
    const now: Now = { whitewater: 1, ...of, ...who, done, run };
    const file = join(folder, nowFile);
    try {
      writeFileSync(`${file}.part`, `${JSON.stringify(now)}\n`);
      renameSync(`${file}.part`, file);
    } catch {
      // Only somebody who watches misses something.
    }
  }

  write(true);
  return {
    begin: (begun) => {
      run = { ...begun, startedAt: new Date().toISOString(), progress: "", violations: [] };
      write(true);
    },
    progress: (line) => {
      if (run !== null) run = { ...run, progress: line };
      write(false);
    },
    violation: (line) => {
      if (run === null || run.violations.length >= violationsMax) return;
      run = { ...run, violations: [...run.violations, line] };
      write(true);
    },
    end: () => {
      run = null;
      done++;
      write(true);
    },
    close: () => rmSync(join(folder, nowFile), { force: true }),
  };
}
