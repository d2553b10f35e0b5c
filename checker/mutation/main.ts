import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type Mutant, mutants } from "./mutants.ts";
import { inOrder, testFiles, Workshop } from "./workshop.ts";

/**
 * `npm run mutate:checker`: seeds single-line faults into a copy of the checker, one at a time, and
 * runs its tests, which must notice each.
 *
 * Exits with 1 when one survives, and when a test is red without any fault.
 */
const usage = `usage: mutate:checker [--only TEXT] [--jobs N]
  --only   only mutants whose name or file contains this
  --jobs   tests at a time (default: one a core)`;

/** Tests that look at the package as a whole, or run programs: slow, and no news about a line. */
const slow = /^mutation\/|browser|package\.test|bench\/|fuzz\//;

type Outcome = { readonly mutant: Mutant; readonly caughtBy: string | null; readonly how: string };

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      jobs: { type: "string", default: String(availableParallelism()) },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    write(usage);
    return;
  }
  const tests = testFiles().filter((file) => !slow.test(file));
  const chosen = mutants.filter(({ name, file }) => `${name} ${file}`.includes(values.only));
  const workshops = Array.from({ length: Number(values.jobs) }, () => new Workshop());
  try {
    const red = await findRed(workshops, tests);
    const green = tests.filter((test) => !red.includes(test));
    report(await tryAll(workshops, green, chosen));
    if (red.length > 0) process.exitCode = 1;
  } finally {
    for (const workshop of workshops) workshop.close();
  }
}

/** Tests that are red without a fault: they would catch every mutant, so they are left out. */
async function findRed(
  workshops: readonly Workshop[],
  tests: readonly string[],
): Promise<string[]> {
  const red: string[] = [];
  await share(workshops, [...tests], async (workshop, test) => {
    const complaint = await workshop.run(test);
    if (complaint === null) return;
    red.push(test);
    write(`red without a fault, left out: ${test}: ${complaint}`);
  });
  return red;
}

async function tryAll(
  workshops: readonly Workshop[],
  tests: readonly string[],
  chosen: readonly Mutant[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  await share(workshops, [...chosen], async (workshop, mutant) => {
    const outcome = await workshop.withFault(mutant, () => judge(workshop, tests, mutant));
    outcomes.push(outcome);
    process.stderr.write(`${outcomes.length}/${chosen.length} ${mutant.name}: ${outcome.how}\n`);
  });
  return outcomes.sort((a, b) => chosen.indexOf(a.mutant) - chosen.indexOf(b.mutant));
}

async function judge(
  workshop: Workshop,
  tests: readonly string[],
  mutant: Mutant,
): Promise<Outcome> {
  for (const test of inOrder(tests, mutant.file)) {
    const complaint = await workshop.run(test);
    if (complaint !== null) return { mutant, caughtBy: test, how: complaint };
  }
  return { mutant, caughtBy: null, how: "SURVIVED" };
}

/** Every workshop takes items until none are left. */
async function share<Item>(
  workshops: readonly Workshop[],
  queue: Item[],
  work: (workshop: Workshop, item: Item) => Promise<void>,
): Promise<void> {
  await Promise.all(
    workshops.map(async (workshop) => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
        await work(workshop, item);
      }
    }),
  );
}

function report(outcomes: readonly Outcome[]): void {
  const rows = outcomes.map(({ mutant, caughtBy, how }) => {
    return [mutant.name, mutant.file, caughtBy ?? "SURVIVED", how.slice(0, 60)];
  });
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of rows) {
    write(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
  const survivors = outcomes.filter(({ caughtBy }) => caughtBy === null);
  write(`\n${outcomes.length - survivors.length} of ${outcomes.length} mutants caught`);
  process.exitCode = survivors.length === 0 ? 0 : 1;
}

await main();
