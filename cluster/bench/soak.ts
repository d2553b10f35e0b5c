import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCli } from "../testing/cli.ts";

// What takes too long for `npm test`: does kv-contended stay quiet on the correct subject, does every
// kind of fault take effect, and does it find the planted bugs? Exits 1 when it does not.

type Run = {
  readonly verdict: string;
  readonly sentence: string;
  readonly faults: readonly { readonly fault: string; readonly effective: boolean | null }[];
};

const kinds = ["clock", "kill", "partition", "pause"];
const correctRuns = 20;
const bugRuns = 5;
const folder = await mkdtemp(join(tmpdir(), "whitewater-soak-"));

console.log(`runs go to ${folder}`);
const correct: Run[] = [];
for (let seed = 1; seed <= correctRuns; seed++) correct.push(await run(seed));
const found = new Map<string, number>();
for (const bug of ["M20", "M28"]) {
  for (let seed = 1; seed <= bugRuns; seed++) {
    const { verdict } = await run(seed, bug);
    found.set(bug, (found.get(bug) ?? 0) + (verdict === "invalid" ? 1 : 0));
  }
}

const count = (verdict: string): number => correct.filter((one) => one.verdict === verdict).length;
const quiet = count("invalid") === 0 && count("unknown") === 0;
check(`correct subject: ${count("valid")} of ${correctRuns} valid`, count("valid") >= 18 && quiet);
for (const kind of kinds) {
  const runs = correct.filter(({ faults }) =>
    faults.some(({ fault, effective }) => fault === kind && effective === true),
  );
  check(`${kind} took effect in ${runs.length} of ${correctRuns}`, runs.length >= 15);
}
for (const [bug, times] of found) check(`${bug} found in ${times} of ${bugRuns}`, times >= 4);

async function run(seed: number, bug?: string): Promise<Run> {
  const name = `${bug ?? "correct"}-${seed}`;
  const args = ["run", "workloads/kv-contended.yaml", "--driver", "docker", "--json"];
  const flags = ["--seed", String(seed), "--out", join(folder, name)];
  const { code, stdout, stderr } = await startCli([
    ...args,
    ...flags,
    ...(bug === undefined ? [] : ["--bug", bug]),
  ]).ended;
  if (stdout === "") throw new Error(`${name} ended with ${code} and no result:\n${stderr}`);
  const result: Run = JSON.parse(stdout);
  console.log(`${name}: ${result.verdict}: ${result.sentence}`);
  return result;
}

function check(line: string, isMet: boolean): void {
  console.log(`${isMet ? "met" : "NOT MET"}: ${line}`);
  if (!isMet) process.exitCode = 1;
}
