import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { writeLargeRun } from "../testing/write-large-run.ts";
import { timePage } from "./time-page.ts";
import { buildCommand, timeWriting } from "./time-writing.ts";

// How long the report of a large run takes to write, to open and to move, against the goals. Exits 1
// when one is missed. `npm run bench:report -- 100000` measures one size only.

type Goals = {
  readonly operations: number;
  readonly writtenSeconds: number;
  readonly megabytes: number;
  readonly firstPaintMs: number;
  readonly interactiveMs?: number;
  readonly framesOnTime?: number;
  readonly longestTaskMs?: number;
};

const sizes: readonly Goals[] = [
  {
    operations: 100_000,
    writtenSeconds: 3,
    megabytes: 5,
    firstPaintMs: 1000,
    interactiveMs: 2000,
    framesOnTime: 0.95,
  },
  {
    operations: 1_000_000,
    writtenSeconds: 20,
    megabytes: 40,
    firstPaintMs: 3000,
    longestTaskMs: 200,
  },
];

type Row = {
  readonly what: string;
  readonly measured: string;
  readonly goal: string;
  /** Null where there is none. */
  readonly isMet: boolean | null;
};

const asked = process.argv.slice(2).map(Number);
let isMissed = false;
await buildCommand();
for (const goals of sizes) {
  if (asked.length > 0 && !asked.includes(goals.operations)) continue;
  const rows = await measure(goals);
  isMissed ||= rows.some(({ isMet }) => isMet === false);
  print(goals.operations, rows);
}
const [load = 0] = loadavg();
if (load > availableParallelism()) {
  console.log(`The machine was busy: load ${load.toFixed(1)}, ${availableParallelism()} cores.`);
}
if (isMissed) process.exitCode = 1;

async function measure(goals: Goals): Promise<Row[]> {
  const runDir = await mkdtemp(join(tmpdir(), "whitewater-bench-"));
  try {
    await writeLargeRun(runDir, goals.operations);
    const { seconds, cpuSeconds, bytes } = await timeWriting(runDir);
    const page = await timePage(join(runDir, "report.html"));
    const { moving } = page;
    return [
      atMost("written, s", seconds, goals.writtenSeconds, 1),
      atMost("  of it CPU, s", cpuSeconds, undefined, 1),
      atMost("size, MB", bytes / 1e6, goals.megabytes, 1),
      atMost("first paint, ms", page.firstPaintMs, goals.firstPaintMs),
      atMost("interactive, ms", page.interactiveMs, goals.interactiveMs),
      atMost("  CPU of the page, ms", page.openingCpuMs, undefined),
      atMost("frame while moving, median ms", moving.medianMs, undefined, 1),
      atMost("frame while moving, p95 ms", moving.p95Ms, undefined, 1),
      framesOnTime(moving.onTime, goals.framesOnTime),
      atMost("  CPU of the page a frame, ms", page.frameCpuMs, undefined, 1),
      atMost("longest task while moving, ms", moving.longestTaskMs, goals.longestTaskMs),
    ];
  } finally {
    await rm(runDir, { recursive: true });
  }
}

function atMost(what: string, value: number, goal: number | undefined, decimals = 0): Row {
  return {
    what,
    measured: value.toFixed(decimals),
    goal: goal === undefined ? "" : `at most ${goal}`,
    isMet: goal === undefined ? null : value <= goal,
  };
}

function framesOnTime(share: number, goal: number | undefined): Row {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  return {
    what: "frames at 60 Hz while moving",
    measured: percent(share),
    goal: goal === undefined ? "" : `at least ${percent(goal)}`,
    isMet: goal === undefined ? null : share >= goal,
  };
}

function print(operations: number, rows: readonly Row[]): void {
  console.log(`\n${operations.toLocaleString("en")} operations`);
  for (const { what, measured, goal, isMet } of rows) {
    const mark = isMet === null ? "" : isMet ? "met" : "MISSED";
    console.log(`  ${what.padEnd(32)}${measured.padStart(10)}  ${goal.padEnd(18)}${mark}`);
  }
}
