import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import type { Bug } from "../../env/program.ts";
import { letDraw } from "../../witness/raft-draw.ts";
import { runWitness, type WitnessRun } from "../../witness/run-witness.ts";
import type { Witness } from "../../witness/witness.ts";
import { program, type Rules } from "./program.ts";
import { subject } from "./subject.ts";

// Each witness shows its bug, and nothing in the correct build, under one of a few seeds.

const seedsMax = 8;

const folder = fileURLToPath(new URL("./witnesses/", import.meta.url));
const files = readdirSync(folder).filter((file) => /^[a-z]\d+\.ts$/.test(file));
for (const file of files) {
  const { witness }: { witness: Witness } = await import(`./witnesses/${file}`);
  const { bug }: { bug: Bug<Rules> } = await import(`./bugs/${file}`);
  const run = (planted: Bug<Rules> | null, seed: number): WitnessRun =>
    runWitness({ witness, program, subject, bug: planted, seed, letDraw });

  t.test(`${bug.id}: its witness shows it, and the correct build survives it`, async (t) => {
    t.equal(witness.bug, bug.id);
    let isPlayed = false;
    let isShown = false;
    for (let seed = 1; seed <= seedsMax; seed++) {
      const correct = run(null, seed);
      t.same(correct.findings, [], `seed ${seed}: the correct build`);
      isPlayed ||= correct.isSetUp;
      isShown ||= run(bug, seed).findings.some(({ kind }) => kind === witness.shows);
    }
    t.ok(isPlayed, "the correct build plays it to its end");
    t.ok(isShown, `shown by ${witness.shows}`);
  });
}

t.test("every bug of the nodes has a witness, or is equivalent", async (t) => {
  const bugs = subject.bugs.filter(({ openClient }) => openClient === null);
  const without = bugs.filter(({ id }) => !files.includes(`${id.toLowerCase()}.ts`));

  t.same(
    without.map(({ id }) => id),
    bugs.filter(({ equivalent }) => equivalent !== null).map(({ id }) => id),
  );
  t.ok(without.length <= 4);
});
