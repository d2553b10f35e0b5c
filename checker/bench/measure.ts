import { readFileSync } from "node:fs";
import { checkers } from "../checkers.ts";
import { decide } from "../linearizability/decide.ts";
import type { Decision } from "../linearizability/decision.ts";
import type { Model } from "../model.ts";
import { models } from "../models.ts";
import { streamHistory } from "../node/stream-history.ts";
import type { Operations } from "../operations.ts";
import { generateLarge } from "../testing/large-histories.ts";
import { readRecorded } from "./recorded.ts";
import { type Engine, expectedOf, type Row } from "./rows.ts";

/** What a fresh process found out about one row. */
export type Measured = {
  readonly engine: string;
  readonly verdict: string;
  /** Whether every verdict is the expected one. */
  readonly isRight: boolean;
  readonly coldMs: number;
  /** Processor time of the same, user and system, of all threads: what a busy machine does not change. */
  readonly coldCpuMs: number;
  readonly warmMs: number | null;
  /** The slowest of many files, warm. */
  readonly eachMs: number | null;
  /** Highest resident size, less that of this process before it had a history; MB of 2^20 bytes. */
  readonly memoryMb: number;
  /** Operations of the core, where the whole checker ran. */
  readonly core: number | null;
};

type Subject = {
  readonly model: Model;
  readonly operations: Operations;
  readonly expected: string | undefined;
};

/** At most so long, and until both of the next two: microseconds are warm after thousands of runs only. */
const warmMs = 3000;
const warmRuns = 200;
const warmLeastMs = 500;
/** A check that takes longer ends with `unknown`. */
const limitMs = 60_000;
const configurationsMax = 40_000_000;

/** Measures a row whose check runs in this very process, which must be a fresh one. */
export function measure({ what, goal }: Row, folder: string): Measured {
  const emptyBytes = process.memoryUsage().rss;
  if (what.kind === "streamed") throw new RangeError("a streamed row is no check alone");
  const { engine } = what;
  const subjects: Subject[] =
    what.kind === "made"
      ? [made(what.shape.model, generateLarge(what.shape), goal.verdict)]
      : what.files.map((file) => recorded(folder, file));

  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const first = subjects.map((subject) => check(subject, engine));
  const coldMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  const memoryMb = process.resourceUsage().maxRSS / 1024 - emptyBytes / 2 ** 20;

  const best = warm(subjects, engine, coldMs);
  const verdicts = new Set(first.map(({ verdict }) => verdict));
  return {
    engine: [...new Set(first.map(({ engine }) => engine))].join(", "),
    verdict: verdicts.size === 1 ? [...verdicts].join() : "as expected of each",
    isRight: first.every(({ verdict }, place) => verdict === subjects[place]?.expected),
    coldMs,
    coldCpuMs: (user + system) / 1000,
    warmMs: best?.total ?? null,
    eachMs: best?.most ?? null,
    memoryMb,
    core: first[0]?.core ?? null,
  };
}

/** Reads and checks a file; how long the whole program takes is measured from outside. */
export async function stream({ what, goal }: Row, file: string): Promise<Measured> {
  if (what.kind !== "streamed") throw new RangeError("only a streamed row reads a file");
  const emptyBytes = process.memoryUsage().rss;
  const chooseModel = (): Model => modelOf(what.shape.model);
  const { result } = await streamHistory({ file, chooseModel });
  const { user, system } = process.cpuUsage();
  return {
    engine: "stream",
    verdict: result.verdict,
    isRight: result.verdict === goal.verdict,
    coldMs: Number.NaN,
    coldCpuMs: (user + system) / 1000,
    warmMs: null,
    eachMs: null,
    memoryMb: process.resourceUsage().maxRSS / 1024 - emptyBytes / 2 ** 20,
    core: null,
  };
}

function made(model: string, operations: Operations, expected: string | undefined): Subject {
  return { model: modelOf(model), operations, expected };
}

function recorded(folder: string, file: string): Subject {
  const model = modelOf(file.startsWith("etcd") ? "cas-register" : "kv");
  const operations = readRecorded(readFileSync(`${folder}/${file}`), file);
  return { model, operations, expected: expectedOf(file) };
}

function modelOf(name: string): Model {
  const model = models[name];
  if (model === undefined) throw new RangeError(`no model ${name}`);
  return model;
}

type Checked = { readonly verdict: string; readonly engine: string; readonly core: number | null };

function check({ model, operations }: Subject, engine: Engine): Checked {
  const endAt = performance.now() + limitMs;
  const shouldStop = (): boolean => performance.now() > endAt;
  const budget = { stepsMax: Infinity, configurationsMax, shouldStop };
  if (engine === "checker") {
    const result = checkers["linearizable"]?.checkOperations?.(
      operations,
      { model: model.name },
      budget,
    );
    const [anomaly] = result?.anomalies ?? [];
    const core = anomaly?.core?.length ?? null;
    return { verdict: result?.verdict ?? "none", engine: String(result?.stats?.["engine"]), core };
  }
  const { fastPath: _, ...searched } = model;
  const decision: Decision = decide(engine === "search" ? searched : model, operations, budget);
  return { verdict: decision.verdict, engine: decision.engine, core: null };
}

/** The least time of many repetitions, in all and of the subject that takes longest; null when one is long. */
function warm(
  subjects: readonly Subject[],
  engine: Engine,
  coldMs: number,
): { total: number; most: number } | null {
  if (coldMs > warmMs) return null;
  const best = subjects.map(() => Infinity);
  const beganAt = performance.now();
  for (let run = 0; performance.now() < beganAt + (run < warmRuns ? warmMs : warmLeastMs); run++) {
    for (const [place, subject] of subjects.entries()) {
      const startedAt = performance.now();
      check(subject, engine);
      best[place] = Math.min(best[place] ?? Infinity, performance.now() - startedAt);
    }
  }
  return { total: best.reduce((sum, ms) => sum + ms, 0), most: Math.max(...best) };
}
