import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { models } from "../models.ts";
import type { Tally } from "../testing/comparison.ts";
import type { Found, Job } from "./messages.ts";

/**
 * `npm run fuzz:checker`: every engine against the oracle on random small histories, all models.
 *
 * Exits with 1 on any difference. The histories depend on seed and count alone, not on the machine. Ctrl-C
 * ends it with what was found so far.
 */
const usage = `usage: fuzz:checker [--count N] [--seed N] [--model NAME] [--jobs N]
  --count   histories per model (default 1000000)
  --seed    of the first histories (default 1)
  --model   only this model
  --jobs    processes (default: one a core)`;

const jobSize = 20_000;
const printedMax = 5;
/** Of one model: the seeds of two are apart by so many. */
const sharesMax = 10_007;

type Total = Tally & { differences: number };

function readOptions(): { count: number; seed: number; names: string[]; jobs: number } {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "1000000" },
      seed: { type: "string", default: "1" },
      model: { type: "string" },
      jobs: { type: "string", default: String(availableParallelism()) },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    write(usage);
    process.exit(0);
  }
  const [count, seed, jobs] = [values.count, values.seed, values.jobs].map(Number);
  const names = values.model === undefined ? Object.keys(models) : [values.model];
  const isSound = [count, seed, jobs].every((n) => Number.isSafeInteger(n) && Number(n) > 0);
  if (!isSound || names.some((name) => models[name] === undefined)) {
    write(usage);
    process.exit(64);
  }
  return { count: count ?? 0, seed: seed ?? 0, names, jobs: jobs ?? 1 };
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Every model's histories in shares with seeds of their own, the models taking turns. */
function plan(names: readonly string[], count: number, seed: number): Job[] {
  const all = Object.keys(models);
  return Array.from({ length: Math.ceil(count / jobSize) }, (_, share) =>
    names.map((model) => ({
      model,
      seed: seed * 1_000_003 + all.indexOf(model) * sharesMax + share,
      count: Math.min(jobSize, count - share * jobSize),
    })),
  ).flat();
}

async function main(): Promise<void> {
  const { count, seed, names, jobs } = readOptions();
  const queue = plan(names, count, seed);
  const all = queue.length;
  const totals = new Map<string, Total>();
  let done = 0;
  const take = (found: Found): void => {
    done++;
    add(totals, found);
    const part = `${done}/${all} shares, ${found.job.model}`;
    if (process.stderr.isTTY) process.stderr.write(`\r${part}          `);
    else if (done % Math.ceil(all / 20) === 0) process.stderr.write(`${part}\n`);
  };
  // Ctrl-C: the shares under way are finished and everything found so far is told.
  process.once("SIGINT", () => queue.splice(0));
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: jobs }, () => work(queue, take)));
  if (process.stderr.isTTY) process.stderr.write("\r");

  const seconds = (performance.now() - startedAt) / 1000;
  for (const [model, total] of totals) write(describe(model, total));
  const histories = [...totals.values()].reduce((sum, total) => sum + total.histories, 0);
  const differences = [...totals.values()].reduce((sum, total) => sum + total.differences, 0);
  write(`${histories} histories in ${seconds.toFixed(0)} s, ${differences} differences`);
  process.exitCode = differences > 0 ? 1 : 0;
}

/** One process that takes shares until none are left. */
function work(queue: Job[], take: (found: Found) => void): Promise<void> {
  const child: ChildProcess = fork(new URL("./worker.ts", import.meta.url));
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const job = queue.shift();
      if (job === undefined) child.disconnect();
      else child.send(job);
    };
    child.on("message", (found: Found) => {
      take(found);
      next();
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`a fuzzing process ended with ${code}`));
    });
    next();
  });
}

function add(totals: Map<string, Total>, { job, tally, differences }: Found): void {
  const { model, seed } = job;
  const total = totals.get(model) ?? { ...zero(tally), differences: 0 };
  for (const name of Object.keys(tally) as (keyof Tally)[]) total[name] += tally[name];
  for (const difference of differences) {
    if (total.differences++ < printedMax) write(`${difference}\n  (share with seed ${seed})\n`);
  }
  totals.set(model, total);
}

function zero(tally: Tally): Tally {
  return Object.fromEntries(Object.keys(tally).map((name) => [name, 0])) as Tally;
}

function describe(model: string, total: Total): string {
  const {
    histories,
    invalid,
    fast,
    fastInvalid,
    streamed,
    witnesses,
    cores,
    minimalCores,
    unproven,
  } = total;
  const share = (100 * fast) / histories;
  const texts = total.vain > 0 ? `${total.vain} with texts that leave no trace; ` : "";
  return (
    `${model}: ${histories} histories, ${invalid} invalid; ` +
    `fast path decided ${share.toFixed(1)} % (${fastInvalid} invalid), ` +
    `${texts}${streamed} streamed (${total.givenUp} batches given up); ${witnesses} witnesses replayed, ${cores} cores re-checked, ` +
    `${minimalCores} minimal ones (${unproven} not shown to be); ` +
    `${total.differences} differences`
  );
}

await main();
